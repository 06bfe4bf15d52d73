package dev.facealign.inference.shadow;

/**
 * How far two models' points lie apart, over many faces: mean and largest exact, quantiles to 2 %
 * by counting in ranges that grow by that much, so that any number of faces takes 7 KB. Not
 * thread-safe.
 */
final class Differences {
  private static final double SMALLEST = 1e-6;
  private static final double GROWTH = 1.02;
  // Up to 10, a hundred times what an answer for the wrong face differs by.
  private static final int RANGES = (int) Math.ceil(Math.log(10 / SMALLEST) / Math.log(GROWTH)) + 1;

  private final long[] counts = new long[RANGES];
  private long faces;
  private double sum;
  private double largest;

  /** Adds a face's difference, 0 or more. */
  void add(double difference) {
    int range =
        difference <= SMALLEST
            ? 0
            : (int) Math.ceil(Math.log(difference / SMALLEST) / Math.log(GROWTH));
    counts[Math.min(range, RANGES - 1)]++;
    faces++;
    sum += difference;
    largest = Math.max(largest, difference);
  }

  /** Faces added. */
  long faces() {
    return faces;
  }

  /** Mean; 0 without faces. */
  double mean() {
    return faces == 0 ? 0 : sum / faces;
  }

  /** The largest; 0 without faces. */
  double largest() {
    return largest;
  }

  /**
   * What a share of the faces differs by at most; up to 2 % too large.
   *
   * @param share above 0, at most 1
   */
  double quantile(double share) {
    long wanted = (long) Math.ceil(share * faces);
    long seen = 0;
    for (int range = 0; range < RANGES; range++) {
      seen += counts[range];
      if (seen >= wanted) {
        return Math.min(largest, SMALLEST * Math.pow(GROWTH, range));
      }
    }
    return largest;
  }
}
