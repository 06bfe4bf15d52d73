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

  /** Draws the faces unless these very ones are there; says whether it drew them. */
  static boolean write(DataFolder data, DemoSettings.Rendering rendering) {
    Path folder = data.datasets().resolve(DemoSettings.RENDERED);
    // Written last: without it the faces may be incomplete.
    Path note = folder.resolve("rendered.txt");
    String settings = "Faces drawn by a program, not photographs. " + rendering + "\n";
    try {
      if (Files.exists(note) && Files.readString(note).equals(settings)) {
        return false;
      }
      Files.deleteIfExists(note);
      Files.createDirectories(folder);
      RenderedDataset.write(
          folder,
          rendering.trainFaces(),
          rendering.testFaces(),
          rendering.sizePx(),
          rendering.seed());
      Files.writeString(note, settings);
      return true;
    } catch (IOException e) {
      throw new CommandFailure(
          folder + ": cannot be written (expected: a folder with space): " + e, e);
    }
  }
}
