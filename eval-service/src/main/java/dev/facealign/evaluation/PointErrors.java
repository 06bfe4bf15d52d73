package dev.facealign.evaluation;

import dev.facealign.landmark.Landmarks;
import dev.facealign.v1.Landmark;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** How far a face's points were expected to be off, and how far they were. */
final class PointErrors {
  private final double[] expectedPx;
  private final double[] observedPx;
  private final double lengthPx;

  private PointErrors(double[] expectedPx, double[] observedPx, double lengthPx) {
    this.expectedPx = expectedPx;
    this.observedPx = observedPx;
    this.lengthPx = lengthPx;
  }

  /**
   * Of an answer.
   *
   * @param answered as many points as the truth has, finite
   * @param length of the true face, that errors are divided by; pixels, above 0
   * @return empty where a point has no expected error, or one that is none
   */
  static Optional<PointErrors> of(List<Landmark> answered, Landmarks truth, double length) {
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
    return Optional.of(new PointErrors(expected, observed, length));
  }

  /** Each point's expected error, pixels; finite, not below 0. */
  DoubleStream expectedPx() {
    return Arrays.stream(expectedPx);
  }

  /** Each point's expected error over the true face's length. */
  DoubleStream expected() {
    return Arrays.stream(expectedPx).map(error -> error / lengthPx);
  }

  /** Each point's error over the true face's length. */
  DoubleStream observed() {
    return Arrays.stream(observedPx).map(error -> error / lengthPx);
  }
}
