package dev.facealign.cli.readme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The code in a Markdown page. */
final class Readme {
  /** The project's folder. */
  static final Path PROJECT = project();

  private Readme() {}

  /**
   * A block of code.
   *
   * @param heading the heading that it is below
   * @param language what its fence says; empty for an indented block
   */
  record Block(String heading, String language, List<String> lines) {
    String text() {
      return String.join("\n", lines) + "\n";
    }
  }

  private static Path project() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("facealign"))) {
        return at;
      }
    }
    throw new IllegalStateException("no project above the working folder");
  }

  /** A page's blocks, in order. */
  static List<Block> blocks(Path page) {
    List<Block> blocks = new ArrayList<>();
    String heading = "";
    @Nullable String fence = null;
    List<String> lines = new ArrayList<>();
    for (String line : read(page)) {
      if (fence != null) {
        if (line.startsWith("```")) {
          blocks.add(new Block(heading, fence, List.copyOf(lines)));
          lines.clear();
          fence = null;
        } else {
          lines.add(line);
        }
      } else if (line.startsWith("    ")) {
        lines.add(line.substring(4));
      } else if (!line.isBlank() || lines.isEmpty()) {
        flush(heading, lines, blocks);
        if (line.startsWith("```")) {
          fence = line.substring(3).strip();
        } else if (line.startsWith("#")) {
          heading = line.replaceFirst("^#+ ", "");
        }
      }
    }
    flush(heading, lines, blocks);
    return blocks;
  }

  private static void flush(String heading, List<String> lines, List<Block> blocks) {
    if (!lines.isEmpty()) {
      blocks.add(new Block(heading, "", List.copyOf(lines)));
      lines.clear();
    }
  }

  /** The shell commands of an indented block: what ends in a backslash or a bar goes on. */
  static List<String> commands(Block block) {
    List<String> commands = new ArrayList<>();
    String begun = "";
    for (String line : block.lines()) {
      String stripped = line.replaceFirst("\\s{2,}#.*$", "").stripTrailing();
      if (stripped.endsWith("\\")) {
        begun += stripped.substring(0, stripped.length() - 1).strip() + " ";
      } else if (stripped.endsWith("|")) {
        begun += stripped.strip() + " ";
      } else if (!stripped.isBlank()) {
        commands.add(begun + stripped.strip());
        begun = "";
      }
    }
    return commands;
  }

  /** The only block of a language. */
  static String example(String language) {
    return blocks(PROJECT.resolve("README.md")).stream()
        .filter(block -> block.language().equals(language))
        .map(Block::text)
        .reduce(
            (one, another) -> {
              throw new AssertionError("README.md has two blocks of " + language);
            })
        .orElseThrow();
  }

  private static List<String> read(Path page) {
    try {
      return Files.readAllLines(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
