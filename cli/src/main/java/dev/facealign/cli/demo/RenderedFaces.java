package dev.facealign.cli.demo;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.standalone.DataFolder;
import dev.facealign.render.RenderedDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The demo's own faces among the datasets of a data folder. */
final class RenderedFaces {
  private RenderedFaces() {}

  /** Draws the faces, in place of those that a run before drew. */
  static void write(DataFolder data, DemoSettings.Rendering rendering) {
    Path folder = data.datasets().resolve(DemoSettings.RENDERED);
    Path note = folder.resolve("README.txt");
    try {
      if (Files.exists(folder)) {
        if (!Files.exists(note)) {
          throw new CommandFailure(
              "dataset "
                  + DemoSettings.RENDERED
                  + ": "
                  + folder
                  + " is not the demo's (expected: none by that name; choose another --data)");
        }
        FolderContent.delete(folder);
      }
      Files.createDirectories(folder);
      Files.writeString(note, "Faces drawn by a program, not photographs. " + rendering + "\n");
    } catch (IOException e) {
      throw new CommandFailure(
          folder + ": cannot be written (expected: a folder with space): " + e, e);
    }
    RenderedDataset.write(
        folder,
        rendering.trainFaces(),
        rendering.testFaces(),
        rendering.sizePx(),
        rendering.seed());
  }
}
