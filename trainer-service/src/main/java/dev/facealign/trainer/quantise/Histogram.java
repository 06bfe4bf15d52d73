package dev.facealign.trainer.quantise;

import java.nio.FloatBuffer;

/**
 * How often a tensor's numbers were where, between the smallest and the largest, and by that the
 * scale that keeps them best.
 */
final class Histogram {

  private static final int BINS = 2048;

  /** Ranges tried: each end of the whole one, drawn in by so many steps of so much of it. */
  private static final int STEPS = 20;

  private static final double STEP = 0.04;

  private final double least;
  private final double most;
  private final double width;
  private final long[] counts = new long[BINS];

  /**
   * An empty one.
   *
   * @param least finite
   * @param most finite, at least {@code least}
   */
  Histogram(double least, double most) {
    this.least = least;
    this.most = most;
    this.width = Math.max(most - least, Float.MIN_NORMAL) / BINS;
  }

  /** Adds a tensor's numbers; those outside count as at the ends. */
  void add(FloatBuffer values) {
    FloatBuffer from = values.duplicate();
    while (from.hasRemaining()) {
      int bin = (int) ((from.get() - least) / width);
      counts[Math.max(0, Math.min(BINS - 1, bin))]++;
    }
  }

  /**
   * The scale with the least mean squared error. Numbers that are large and rare are clipped where
   * finer steps for all others are worth more.
   */
  ActivationScale best() {
    ActivationScale best = ActivationScale.covering(least, most);
    double bestError = squaredError(best);
    for (int below = 0; below <= (least < 0 ? STEPS : 0); below++) {
      for (int above = 0; above <= (most > 0 ? STEPS : 0); above++) {
        ActivationScale tried =
            ActivationScale.covering(least * (1 - STEP * below), most * (1 - STEP * above));
        double error = squaredError(tried);
        if (error < bestError) {
          best = tried;
          bestError = error;
        }
      }
    }
    return best;
  }

  /** Sum over all numbers: a step's own error, or how far a number is beyond the scale's ends. */
  private double squaredError(ActivationScale scale) {
    double step = scale.scale();
    double rounding = step * step / 12;
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (counts[bin] > 0) {
        double x = least + (bin + 0.5) * width;
        double beyond = Math.max(Math.max(scale.least() - x, x - scale.most()), 0);
        sum += counts[bin] * (beyond > 0 ? beyond * beyond : rounding);
      }
    }
    return sum;
  }
}
