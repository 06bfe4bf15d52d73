package dev.facealign.metric;

import dev.facealign.fault.FaultException;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The errors of many faces and what is made of them (METHOD 5). Immutable.
 *
 * <p>A face belongs to one of three sorts. <b>Valid</b>: it has an error. <b>Failed</b>: its
 * prediction is NaN or missing; a failure at every threshold, in no mean. <b>Excluded</b>: its
 * truth gives no length to divide by; in nothing but the count. Failed and excluded together are
 * {@link #invalid()}.
 */
public final class ErrorDistribution {
  /**
   * Points at which the area of Fard and Mahoor 2022 takes the distribution, and their last
   * threshold.
   */
  private static final int FARD_STEPS = 19;

  private static final double FARD_LIMIT = 0.1;

  private final double[] sorted;
  private final int failed;
  private final int excluded;

  private ErrorDistribution(double[] sorted, int failed, int excluded) {
    this.sorted = sorted;
    this.failed = failed;
    this.excluded = excluded;
  }

  /**
   * From the faces' errors.
   *
   * @param nme fractions; NaN is a failed prediction
   */
  public static ErrorDistribution of(double... nme) {
    Builder builder = new Builder();
    for (double error : nme) {
      builder.add(error);
    }
    return builder.build();
  }

  /** All faces, invalid ones included. */
  public int faces() {
    return sorted.length + failed + excluded;
  }

  /** Faces without an error: failed or excluded. */
  public int invalid() {
    return failed + excluded;
  }

  /** Faces whose prediction is NaN or missing. */
  public int failed() {
    return failed;
  }

  /** Faces whose truth gives no length to divide by. */
  public int excluded() {
    return excluded;
  }

  /** Mean error of the valid faces, fraction; NaN where there are none. */
  public double mean() {
    return sorted.length == 0 ? Double.NaN : Arrays.stream(sorted).sum() / sorted.length;
  }

  /**
   * Share of the valid and failed faces with an error up to e, in [0, 1]: the CED at e. NaN where
   * there are none.
   */
  public double cumulative(double e) {
    return (double) countUpTo(e) / counted();
  }

  /**
   * Share of the valid and failed faces with an error above the threshold, in [0, 1]. NaN where
   * there are none.
   */
  public double failureRate(double threshold) {
    return (double) (counted() - countUpTo(threshold)) / counted();
  }

  /**
   * Area under the CED from 0 to the threshold over the threshold, in [0, 1]; its closed form,
   * mean(max(0, 1 - nme / threshold)), is exact. NaN where there are no faces.
   *
   * @param threshold above 0
   */
  public double auc(double threshold) {
    if (!(threshold > 0) || !Double.isFinite(threshold)) {
      throw FaultException.invalid("threshold", threshold, "> 0, finite");
    }
    double sum = 0;
    for (double error : sorted) {
      sum += Math.max(0, 1 - error / threshold);
    }
    return sum / counted();
  }

  /**
   * The quantity that Fard and Mahoor 2022 print as "AUC": the sum over j = 1..19 of (t_(j-1) +
   * t_j) / 2 times CED(t_j), t_j = 0.1 j / 19. In [0, 0.95]; it is no area under the CED.
   */
  public double aucFard2022() {
    double sum = 0;
    for (int j = 1; j <= FARD_STEPS; j++) {
      double before = FARD_LIMIT * (j - 1) / FARD_STEPS;
      double at = FARD_LIMIT * j / FARD_STEPS;
      sum += (before + at) / 2 * cumulative(at);
    }
    return sum;
  }

  /** The interval of {@link #mean()}. */
  public Interval meanInterval(Bootstrap bootstrap) {
    return bootstrap.ofMean(scores(error -> error, Double.NaN));
  }

  /** The interval of {@link #failureRate}. */
  public Interval failureRateInterval(double threshold, Bootstrap bootstrap) {
    return bootstrap.ofMean(scores(error -> error > threshold ? 1 : 0, 1));
  }

  /** The interval of {@link #auc}. */
  public Interval aucInterval(double threshold, Bootstrap bootstrap) {
    return bootstrap.ofMean(scores(error -> Math.max(0, 1 - error / threshold), 0));
  }

  /** The interval of {@link #aucFard2022()}, which is a mean over faces as well. */
  public Interval aucFard2022Interval(Bootstrap bootstrap) {
    return bootstrap.ofMean(scores(error -> of(error).aucFard2022(), 0));
  }

  /** What each valid and failed face adds to a mean. */
  private double[] scores(DoubleUnaryOperator ofValid, double ofFailed) {
    double[] scores = new double[counted()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = i < sorted.length ? ofValid.applyAsDouble(sorted[i]) : ofFailed;
    }
    return scores;
  }

  /** The valid faces' errors, ascending; a copy. */
  public double[] sortedErrors() {
    return sorted.clone();
  }

  private int counted() {
    return sorted.length + failed;
  }

  private int countUpTo(double e) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= e) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Collects faces. */
  public static final class Builder {
    private double[] errors = new double[64];
    private int valid;
    private int failed;
    private int excluded;

    /** A face with its error, at least 0; NaN or infinite: a failed prediction. */
    public Builder add(double nme) {
      if (nme < 0) {
        throw FaultException.invalid("nme", nme, ">= 0");
      }
      if (!Double.isFinite(nme)) {
        return addFailed();
      }
      if (valid == errors.length) {
        errors = Arrays.copyOf(errors, 2 * valid);
      }
      errors[valid++] = nme;
      return this;
    }

    /** A face whose prediction is NaN or missing. */
    public Builder addFailed() {
      failed++;
      return this;
    }

    /** A face whose truth gives no length to divide by. */
    public Builder addExcluded() {
      excluded++;
      return this;
    }

    public ErrorDistribution build() {
      double[] sorted = Arrays.copyOf(errors, valid);
      Arrays.sort(sorted);
      return new ErrorDistribution(sorted, failed, excluded);
    }
  }
}
