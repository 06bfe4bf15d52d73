package dev.facealign.benchmarks.shape;

/**
 * Faces of 68 points made from their number: a mean, twelve directions of falling variance, and
 * noise. {@code peers/shape_fit_numpy.py} makes the same ones, so that both fit the same numbers.
 */
final class SyntheticFaces {
  static final int NUMBERS = 136;

  private static final int DIRECTIONS = 12;
  private static final double NOISE = 0.004;

  private final double[] mean = new double[NUMBERS];
  private final double[][] directions = new double[DIRECTIONS][NUMBERS];

  SyntheticFaces() {
    for (int j = 0; j < NUMBERS; j++) {
      mean[j] = 0.4 * Math.cos(0.1 * j * (j % 2 + 1));
      for (int k = 0; k < DIRECTIONS; k++) {
        directions[k][j] = Math.pow(0.6, k) * 0.1 * Math.cos((k + 1) * (j + 1) * 0.7);
      }
    }
  }

  /**
   * Writes faces one after the other.
   *
   * @param first number of the first
   */
  void write(long first, int count, double[] to) {
    for (int i = 0; i < count; i++) {
      int at = i * NUMBERS;
      long seed = (first + i) * (NUMBERS + DIRECTIONS);
      for (int j = 0; j < NUMBERS; j++) {
        to[at + j] = mean[j] + NOISE * uniform(seed + j);
      }
      for (int k = 0; k < DIRECTIONS; k++) {
        double b = uniform(seed + NUMBERS + k);
        double[] direction = directions[k];
        for (int j = 0; j < NUMBERS; j++) {
          to[at + j] += b * direction[j];
        }
      }
    }
  }

  /** SplitMix64 of a number, as a double in [-0.5, 0.5). */
  private static double uniform(long number) {
    long z = (number + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 11) * 0x1.0p-53 - 0.5;
  }
}
