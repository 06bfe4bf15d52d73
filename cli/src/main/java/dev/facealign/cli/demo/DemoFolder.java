package dev.facealign.cli.demo;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.standalone.DataFolder;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Where the demo writes: its results, and a data folder of its own, so that it never touches the
 * user's models.
 *
 * @param out the results
 * @param data the suite's data
 * @param own whether the data folder is the demo's, which begins empty each time
 */
record DemoFolder(Path out, DataFolder data, boolean own) {
  /** Only a folder with this file in it is ever emptied. */
  private static final String MARKER = ".facealign-demo";

  /** Makes the folders. */
  void create() {
    try {
      boolean fresh = !Files.exists(data.root());
      Files.createDirectories(out);
      data.create();
      if (own && fresh) {
        Files.createFile(data.root().resolve(MARKER));
      }
    } catch (IOException e) {
      throw new CommandFailure(
          "--out: " + out + " (expected: a folder that can be written): " + e, e);
    }
  }

  /** Forgets jobs and models of the run before. The suite must have the folder and not run yet. */
  void forgetRunBefore() {
    if (!own || !Files.exists(data.root().resolve(MARKER))) {
      return;
    }
    try {
      empty(data.kafka());
      empty(data.artifacts());
    } catch (IOException e) {
      throw new CommandFailure(data.root() + ": cannot be emptied: " + e, e);
    }
  }

  private static void empty(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            if (!visited.equals(folder)) {
              Files.delete(visited);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  Path sheet() {
    return out.resolve("sheet.png");
  }

  Path ced() {
    return out.resolve("ced.svg");
  }

  Path report() {
    return out.resolve("report.json");
  }
}
