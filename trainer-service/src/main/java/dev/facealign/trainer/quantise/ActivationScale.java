package dev.facealign.trainer.quantise;

/**
 * How an activation's real numbers become unsigned 8-bit integers: real = scale (integer -
 * zeroPoint). Zero is exact, which padding and rectified activations need.
 *
 * @param scale real numbers a step, above 0
 * @param zeroPoint the integer that means 0, in [0, 255]
 */
record ActivationScale(float scale, int zeroPoint) {

  static final int LARGEST = 255;

  /** Keeps steps of a tensor that is 0 everywhere, or nearly, usable as a divisor. */
  private static final double LEAST_RANGE = 1e-6;

  /**
   * The scale whose integers cover a range, widened to contain 0. Its ends are kept within half a
   * step, as zero is exact.
   *
   * @param least finite
   * @param most finite, at least {@code least}
   */
  static ActivationScale covering(double least, double most) {
    double from = Math.min(0, least);
    double to = Math.max(Math.max(0, most), from + LEAST_RANGE);
    float scale = (float) ((to - from) / LARGEST);
    int zero = (int) Math.round(-from / scale);
    return new ActivationScale(scale, Math.max(0, Math.min(LARGEST, zero)));
  }

  /** The nearest integer, in [0, 255]. */
  int quantised(double real) {
    long nearest = (long) Math.rint(real / scale) + zeroPoint;
    return (int) Math.max(0, Math.min(LARGEST, nearest));
  }

  /** What an integer means. */
  double real(int quantised) {
    return (double) scale * (quantised - zeroPoint);
  }

  /** Smallest number without an error of clipping. */
  double least() {
    return real(0);
  }

  /** Largest number without an error of clipping. */
  double most() {
    return real(LARGEST);
  }
}
