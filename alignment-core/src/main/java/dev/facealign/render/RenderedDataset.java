package dev.facealign.render;

import dev.facealign.dataset.pts.PtsFile;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Writes drawn faces as a dataset in 300W's layout, so that everything can be tried without
 * anybody's pictures.
 */
public final class RenderedDataset {
  private RenderedDataset() {}

  /**
   * Writes {@code rendered/trainset/face_00001.jpg} and .pts, ..., and {@code
   * rendered/testset/...}.
   *
   * @param dir takes the dataset; made where it is missing
   * @param trainFaces at least 0
   * @param testFaces at least 0; never the same faces as in training
   * @param sizePx side of the pictures
   * @param seed of the whole dataset
   */
  public static void write(Path dir, int trainFaces, int testFaces, int sizePx, long seed) {
    FaceRenderer renderer = new FaceRenderer();
    Path base = dir.resolve("rendered");
    try {
      write(renderer, base.resolve("trainset"), trainFaces, sizePx, seed << 32);
      write(renderer, base.resolve("testset"), testFaces, sizePx, (seed << 32) + (1L << 31));
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE, "DATASET_UNWRITABLE", base + " cannot be written", e);
    }
  }

  private static void write(
      FaceRenderer renderer, Path folder, int faces, int sizePx, long firstSeed)
      throws IOException {
    Files.createDirectories(folder);
    for (int i = 1; i <= faces; i++) {
      RenderedFace face = renderer.render(firstSeed + i, sizePx);
      String name = String.format(Locale.ROOT, "face_%05d", i);
      ImageIO.write(face.image(), "jpg", folder.resolve(name + ".jpg").toFile());
      PtsFile.write(folder.resolve(name + ".pts"), face.landmarks());
    }
  }
}
