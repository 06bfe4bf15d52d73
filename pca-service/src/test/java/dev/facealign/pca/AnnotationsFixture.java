package dev.facealign.pca;

import dev.facealign.dataset.pts.PtsFile;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Writes datasets of annotations without pictures: an ellipse of 68 points, bent at random. */
final class AnnotationsFixture {

  private final Path root;

  AnnotationsFixture(Path root) {
    this.root = root;
  }

  /** A dataset whose split "train" has so many faces, all different. */
  String dataset(String name, int faces) {
    Random random = new Random(name.hashCode());
    for (int face = 0; face < faces; face++) {
      write(name, "face_%05d".formatted(face), points(random, 68));
    }
    return name;
  }

  /** Adds an annotation with other text than a .pts file of 68 finite points has. */
  void addText(String name, String face, String text) {
    try {
      Files.writeString(file(name, face), text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds an annotation. */
  void write(String name, String face, Landmarks landmarks) {
    PtsFile.write(file(name, face), landmarks);
  }

  static Landmarks points(Random random, int count) {
    double[] xy = new double[2 * count];
    double size = 80 + 40 * random.nextDouble();
    double centre = 200 + 50 * random.nextDouble();
    for (int m = 0; m < count; m++) {
      double angle = 2 * Math.PI * m / count;
      xy[2 * m] = centre + size * Math.cos(angle) + random.nextGaussian();
      xy[2 * m + 1] = centre + 1.3 * size * Math.sin(angle) + random.nextGaussian();
    }
    return Landmarks.of(xy);
  }

  private Path file(String name, String face) {
    try {
      return Files.createDirectories(root.resolve(name).resolve("any/trainset"))
          .resolve(face + ".pts");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
