package dev.facealign.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Linux tells in files.
 *
 * @param root the folder that {@code proc}, {@code sys} and {@code dev} are in
 */
record SystemFiles(Path root) {
  /** This machine's. */
  static final SystemFiles REAL = new SystemFiles(Path.of("/"));

  /** A file's text without the line's end; empty where it cannot be read. */
  Optional<String> text(String path) {
    try {
      return Optional.of(Files.readString(root.resolve(path)).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A file's lines; none where it cannot be read. */
  List<String> lines(String path) {
    return text(path).stream().flatMap(String::lines).toList();
  }

  /**
   * The whole number in the first group of a pattern; empty where the file has none that fits in 63
   * bits.
   */
  OptionalLong number(String path, Pattern pattern) {
    Matcher matcher = pattern.matcher(text(path).orElse(""));
    try {
      return matcher.find()
          ? OptionalLong.of(Long.parseLong(matcher.group(1)))
          : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  boolean has(String path) {
    return Files.exists(root.resolve(path));
  }
}
