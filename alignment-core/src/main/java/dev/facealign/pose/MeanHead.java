package dev.facealign.pose;

import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The mean of many heads: brows, nose, eyes and mouth of the scheme "68", its points 17 to 67.
 *
 * <p>x to the right as a viewer sees it, y down, z away from the viewer, who sees the face from the
 * front; mirrored points mirror each other exactly. The unit is the distance of the outer eye
 * corners.
 */
final class MeanHead {
  /** First point of the scheme that it has. */
  static final int FIRST = 17;

  /** Points that it has. */
  static final int COUNT = 51;

  private static final String FILE = "mean-head-68.txt";

  private MeanHead() {}

  /** 51 x 3 numbers. */
  static double[][] points() {
    try (InputStream in = MeanHead.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("resource: " + FILE + " (expected: beside this class)");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of a face's points that the head has, 51 x 2. */
  static double[][] inside(Landmarks landmarks) {
    double[][] points = new double[COUNT][];
    for (int i = 0; i < COUNT; i++) {
      points[i] = new double[] {landmarks.x(FIRST + i), landmarks.y(FIRST + i)};
    }
    return points;
  }

  private static double[][] parse(String text) {
    List<String> lines =
        text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    double[][] points = new double[COUNT][];
    for (int i = 0; i < COUNT; i++) {
      String[] fields = lines.get(i).strip().split("\\s+", -1);
      points[i] =
          new double[] {
            Double.parseDouble(fields[0]),
            Double.parseDouble(fields[1]),
            Double.parseDouble(fields[2])
          };
    }
    return points;
  }
}
