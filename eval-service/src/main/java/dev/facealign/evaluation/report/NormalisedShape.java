package dev.facealign.evaluation.report;

import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import java.util.ArrayList;
import java.util.List;

/** Shapes without their place and size, so that they have a mean. */
final class NormalisedShape {

  private NormalisedShape() {}

  /**
   * A shape with mean 0 and root mean square distance from it 1.
   *
   * @param xy x0, y0, x1, y1, ...
   * @return empty for points that all lie in one place, or are not finite
   */
  static double[] of(double[] xy) {
    int count = xy.length / 2;
    double meanX = 0;
    double meanY = 0;
    for (int m = 0; m < count; m++) {
      meanX += xy[2 * m] / count;
      meanY += xy[2 * m + 1] / count;
    }
    double squares = 0;
    for (int m = 0; m < count; m++) {
      double x = xy[2 * m] - meanX;
      double y = xy[2 * m + 1] - meanY;
      squares += x * x + y * y;
    }
    double size = Math.sqrt(squares / count);
    if (!(size > 0) || !Double.isFinite(size)) {
      return new double[0];
    }
    double[] shape = new double[xy.length];
    for (int m = 0; m < count; m++) {
      shape[2 * m] = (xy[2 * m] - meanX) / size;
      shape[2 * m + 1] = (xy[2 * m + 1] - meanY) / size;
    }
    return shape;
  }

  /** The mean of a report's predicted shapes, for where the true ones are gone; may be empty. */
  static List<Double> meanOfPredictions(Evaluation report) {
    double[] sum = new double[0];
    int shapes = 0;
    for (FaceResult face : report.getFacesList()) {
      double[] shape =
          of(face.getPredictedList().stream().mapToDouble(Float::doubleValue).toArray());
      if (shape.length == 0 || (sum.length != 0 && shape.length != sum.length)) {
        continue;
      }
      if (sum.length == 0) {
        sum = new double[shape.length];
      }
      for (int i = 0; i < shape.length; i++) {
        sum[i] += shape[i];
      }
      shapes++;
    }
    List<Double> mean = new ArrayList<>();
    for (double value : sum) {
      mean.add(value / shapes);
    }
    return mean;
  }
}
