package dev.facealign.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Datasets that may be used but not passed on. A test that asks for one is skipped where it is
 * absent.
 */
public final class SharedDatasets {
  private SharedDatasets() {}

  /** The folder that holds the datasets; what a service gets as its datasets root. */
  public static Path root() {
    return SharedFolder.find()
        .map(shared -> shared.resolve("datasets"))
        .filter(Files::isDirectory)
        .orElseGet(() -> abort("skipped: shared/datasets is not at hand"));
  }

  /**
   * One dataset's folder.
   *
   * @param name such as {@code "300w"}
   */
  public static Path require(String name) {
    Path folder = root().resolve(name);
    return Files.exists(folder) ? folder : abort("skipped: dataset " + name + " is not at hand");
  }
}
