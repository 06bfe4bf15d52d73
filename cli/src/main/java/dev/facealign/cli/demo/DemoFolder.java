package dev.facealign.cli.demo;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.standalone.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
      FolderContent.delete(data.kafka());
      FolderContent.delete(data.artifacts());
    } catch (IOException e) {
      throw new CommandFailure(data.root() + ": cannot be emptied: " + e, e);
    }
  }

  Path sheet() {
    return out.resolve("sheet.png");
  }

  Path ced() {
    return out.resolve("ced.svg");
  }

  /** A plot of the report, which only models with expected errors have. */
  Path calibration() {
    return out.resolve("calibration.svg");
  }

  Path report() {
    return out.resolve("report.json");
  }
}
