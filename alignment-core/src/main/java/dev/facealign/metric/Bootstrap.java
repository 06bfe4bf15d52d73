package dev.facealign.metric;

import dev.facealign.fault.FaultException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How far a mean over faces would scatter if other faces of the same kind had been measured: the
 * percentile bootstrap (Efron, 1979). Faces are drawn with replacement, as many as there are, again
 * and again; the interval leaves out 2.5 % of the means at each end. Immutable; the same seed and
 * the same number of faces draw the same faces, so that figures of one measurement belong together.
 */
public final class Bootstrap {
  /** Of the intervals. */
  public static final double CONFIDENCE = 0.95;

  private static final int MOST_RESAMPLES = 1_000_000;

  /** Draws after which fewer resamples are made, so that a large dataset takes seconds. */
  private static final long MOST_DRAWS = 100_000_000;

  private static final int FEWEST_RESAMPLES = 1000;

  private final int resamples;
  private final long seed;

  /**
   * @param resamples means that are drawn, 1,000 to 1,000,000; of more than 10,000 faces fewer,
   *     down to 1,000
   * @param seed of the draws
   */
  public Bootstrap(int resamples, long seed) {
    if (resamples < FEWEST_RESAMPLES || resamples > MOST_RESAMPLES) {
      throw FaultException.invalid(
          "resamples", resamples, FEWEST_RESAMPLES + " to " + MOST_RESAMPLES);
    }
    this.resamples = resamples;
    this.seed = seed;
  }

  /** 10,000 resamples. */
  public static Bootstrap usual() {
    return new Bootstrap(10_000, 1);
  }

  /**
   * The interval of the mean of the faces' scores.
   *
   * @param scores one a face, finite; NaN: the face is drawn like all others and is in no mean
   */
  public Interval ofMean(double[] scores) {
    double[] means = means(scores);
    Arrays.sort(means);
    // NaN sorts last: resamples without one face that has a score.
    int drawn = means.length;
    while (drawn > 0 && Double.isNaN(means[drawn - 1])) {
      drawn--;
    }
    return drawn == 0
        ? Interval.NONE
        : new Interval(
            quantile(means, drawn, (1 - CONFIDENCE) / 2),
            quantile(means, drawn, (1 + CONFIDENCE) / 2));
  }

  /** One mean a resample; NaN where no face of it has a score. */
  double[] means(double[] scores) {
    int faces = scores.length;
    if (faces == 0) {
      return new double[0];
    }
    long affordable = Math.max(FEWEST_RESAMPLES, MOST_DRAWS / faces);
    double[] means = new double[(int) Math.min(resamples, affordable)];
    SplittableRandom random = new SplittableRandom(seed);
    for (int r = 0; r < means.length; r++) {
      double sum = 0;
      int counted = 0;
      for (int i = 0; i < faces; i++) {
        double score = scores[random.nextInt(faces)];
        if (!Double.isNaN(score)) {
          sum += score;
          counted++;
        }
      }
      means[r] = counted == 0 ? Double.NaN : sum / counted;
    }
    return means;
  }

  /** Between the two nearest means, as much from each as it is near. */
  private static double quantile(double[] sorted, int count, double share) {
    double place = share * (count - 1);
    int below = (int) place;
    int above = Math.min(below + 1, count - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
