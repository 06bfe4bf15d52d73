package dev.facealign.cli.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.CommandParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents tell users to type is understood. */
class DocumentedCommandsTest {
  private static final Pattern COMMAND = Pattern.compile("(?:^|[ (])(?:\\./)?facealign ([^|><)]*)");
  private static final Set<String> OF_THE_SCRIPT = Set.of("test", "build");

  @Test
  void everyCommandLineInTheDocumentsIsUnderstood() throws IOException {
    CommandParser parser = new CommandParser();
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Path page : pages()) {
      for (Readme.Block block : Readme.blocks(page)) {
        if (!block.language().isEmpty()) {
          continue;
        }
        for (String line : Readme.commands(block)) {
          for (String command : line.split(" && ", -1)) {
            Matcher matcher = COMMAND.matcher(command);
            if (!matcher.find() || command.contains("echo ")) {
              continue;
            }
            // A second gap begins what the command does, in words.
            String text = matcher.group(1).split(" {2,}", 2)[0].strip();
            String[] words = text.replaceAll("\"[^\"]*\"", "text").split(" ", -1);
            if (OF_THE_SCRIPT.contains(words[0])) {
              continue;
            }
            seen++;
            parser.fault(words).ifPresent(why -> wrong.add(page + ": " + text + ": " + why));
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(50);
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(Readme.PROJECT.resolve("README.md"));
    pages.add(Readme.PROJECT.resolve("CONTRIBUTING.md"));
    pages.add(Readme.PROJECT.resolve("deploy/README.md"));
    pages.add(Readme.PROJECT.resolve("deploy/models/README.md"));
    try (Stream<Path> docs = Files.list(Readme.PROJECT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }
}
