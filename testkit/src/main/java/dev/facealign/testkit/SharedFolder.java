package dev.facealign.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the folder of reference values and datasets that lies beside the repository but is no part
 * of it.
 *
 * <p>The system property {@value #PROPERTY} names it outright; otherwise it is the {@code shared}
 * folder in the nearest ancestor of the working directory that has one with {@code golden} inside.
 */
final class SharedFolder {
  static final String PROPERTY = "facealign.shared";

  private SharedFolder() {}

  static Optional<Path> find() {
    String named = System.getProperty(PROPERTY);
    if (named != null && !named.isBlank()) {
      Path folder = Path.of(named);
      return Files.isDirectory(folder) ? Optional.of(folder) : Optional.empty();
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("shared");
      if (Files.isDirectory(folder.resolve("golden"))) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }
}
