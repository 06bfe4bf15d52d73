package dev.facealign.metric;

import dev.facealign.fault.FaultException;
import java.util.Arrays;

/**
 * Two models on the same faces: whether one is better, or was lucky with the faces. Each face's two
 * errors are compared with each other, so that faces which are hard for both do not hide a
 * difference.
 *
 * @param faces that have an error by both
 * @param failedOfFirstOnly faces that the first model failed on and the second did not
 * @param failedOfSecondOnly the other way round
 * @param meanDifference mean of the first's error minus the second's, fraction; below 0: the first
 *     is better. NaN without faces
 * @param interval of that mean, at {@link Bootstrap#CONFIDENCE}
 * @param probabilityFirstBetter share of resamples in which the first's mean error is lower, equal
 *     ones counted by half, in [0, 1]; NaN without faces
 */
public record PairedComparison(
    int faces,
    int failedOfFirstOnly,
    int failedOfSecondOnly,
    double meanDifference,
    Interval interval,
    double probabilityFirstBetter) {

  /**
   * Compares.
   *
   * @param first errors, fractions; NaN: no error for this face
   * @param second errors of the same faces in the same order
   */
  public static PairedComparison of(double[] first, double[] second, Bootstrap bootstrap) {
    if (first.length != second.length) {
      throw FaultException.invalid("second", second.length + " faces", first.length + " faces");
    }
    double[] differences = new double[first.length];
    int faces = 0;
    int failedOfFirst = 0;
    int failedOfSecond = 0;
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      double difference = first[i] - second[i];
      if (!Double.isNaN(difference)) {
        differences[faces++] = difference;
        sum += difference;
      } else if (!Double.isNaN(second[i])) {
        failedOfFirst++;
      } else if (!Double.isNaN(first[i])) {
        failedOfSecond++;
      }
    }
    double[] ofBoth = Arrays.copyOf(differences, faces);
    double better = 0;
    double[] means = bootstrap.means(ofBoth);
    for (double mean : means) {
      better += mean < 0 ? 1 : mean == 0 ? 0.5 : 0;
    }
    return new PairedComparison(
        faces,
        failedOfFirst,
        failedOfSecond,
        faces == 0 ? Double.NaN : sum / faces,
        bootstrap.ofMean(ofBoth),
        means.length == 0 ? Double.NaN : better / means.length);
  }

  /** Whether the interval leaves 0 out, so that chance is no good explanation. */
  public boolean significant() {
    return interval.exists() && !interval.contains(0);
  }
}
