package dev.facealign.evaluation.scoring;

import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import dev.facealign.v1.Landmark;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * How far a face's points were expected to be off, and how far they were. They are compared as
 * shares of the box that the points were looked for in, a length that whoever asks knows. A length
 * of the true face would not do: it divides both, so that they would agree about which faces have a
 * short one, whatever the model knows.
 */
final class PointErrors {
  private final double[] expectedPx;
  private final double[] observedPx;
  private final double diagonalPx;

  private PointErrors(double[] expectedPx, double[] observedPx, double diagonalPx) {
    this.expectedPx = expectedPx;
    this.observedPx = observedPx;
    this.diagonalPx = diagonalPx;
  }

  /**
   * Of an answer.
   *
   * @param answered as many points as the truth has, finite
   * @param box that the points were looked for in
   * @return empty where a point has no expected error, or one that is none
   */
  static Optional<PointErrors> of(List<Landmark> answered, Landmarks truth, Box box) {
    double[] expected = new double[answered.size()];
    double[] observed = new double[answered.size()];
    for (int m = 0; m < expected.length; m++) {
      Landmark point = answered.get(m);
      double error = point.getExpectedError();
      if (!point.hasExpectedError() || !(error >= 0) || !Double.isFinite(error)) {
        return Optional.empty();
      }
      expected[m] = error;
      observed[m] = Math.hypot(point.getX() - truth.x(m), point.getY() - truth.y(m));
    }
    return Optional.of(new PointErrors(expected, observed, box.diagonal()));
  }

  /** Each point's expected error, pixels; finite, not below 0. */
  DoubleStream expectedPx() {
    return Arrays.stream(expectedPx);
  }

  /** Each point's expected error over the box's diagonal. */
  DoubleStream expected() {
    return Arrays.stream(expectedPx).map(error -> error / diagonalPx);
  }

  /** Each point's error over the box's diagonal. */
  DoubleStream observed() {
    return Arrays.stream(observedPx).map(error -> error / diagonalPx);
  }
}
