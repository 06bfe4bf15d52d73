package dev.facealign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.invocation.Invocation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What every command owes its user. */
class CommandHelpTest {
  /** Commands without {@code --json}, and why. */
  private static final Map<String, String> WITHOUT_JSON =
      Map.of(
          "facealign completion", "writes a script",
          "facealign demo", "writes DIR/report.json",
          "facealign train preview", "writes a picture, and its path alone on a line",
          "facealign up",
              "runs until it is stopped; standalone.json in its folder is for programs");

  static Stream<CommandLine> commands() {
    List<CommandLine> all = new ArrayList<>();
    Invocation invocation = new Invocation(new TestConsole().console(), Map.of(), Path.of("/"));
    add(Facealign.commands(invocation), all);
    return all.stream();
  }

  private static void add(CommandLine line, List<CommandLine> to) {
    to.add(line);
    new HashSet<>(line.getSubcommands().values()).forEach(command -> add(command, to));
  }

  private static boolean acts(CommandLine line) {
    return line.getCommand() instanceof Callable;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void itsHelpTeaches(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    UsageMessageSpec usage = spec.usageMessage();
    String name = spec.qualifiedName();
    assertThat(usage.header()).as("header of " + name).hasSize(1);
    assertThat(usage.header()[0]).as("header of " + name).isNotBlank().endsWith(".");
    assertThat(usage.exitCodeList().keySet()).as("exit codes of " + name).contains("0", "1", "2");
    if (acts(line)) {
      assertThat(Arrays.asList(usage.footer()))
          .as("an example of " + name + " below its help")
          .anyMatch(text -> text.contains(name + " ") || text.endsWith(name));
    }
    assertThat(line.getUsageMessage()).contains("Exit codes:", "--help");
  }

  @Test
  void theExamplesAreCommandLinesThatAreUnderstood() {
    Set<String> wrong = new HashSet<>();
    CommandLine parser = commands().findFirst().orElseThrow();
    commands()
        .flatMap(line -> Arrays.stream(line.getCommandSpec().usageMessage().footer()))
        .map(String::strip)
        .filter(text -> text.startsWith("facealign "))
        .forEach(
            example -> {
              String command = example.split("\\s{2,}#|\\s{2,}| [|>] ", 2)[0].replace("%%", "%");
              String[] words = command.replaceAll("\"[^\"]*\"", "text").split(" ", -1);
              try {
                parser.parseArgs(Arrays.copyOfRange(words, 1, words.length));
              } catch (CommandLine.ParameterException e) {
                wrong.add(example + ": " + e.getMessage());
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void whatPrintsResultsPrintsThemAsJsonToo() {
    List<String> without =
        commands()
            .filter(CommandHelpTest::acts)
            .map(CommandLine::getCommandSpec)
            .filter(spec -> !spec.optionsMap().containsKey("--json"))
            .map(CommandSpec::qualifiedName)
            .toList();
    assertThat(without).containsExactlyInAnyOrderElementsOf(WITHOUT_JSON.keySet());
  }
}
