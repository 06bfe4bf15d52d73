package dev.facealign.trainer.run;

import dev.facealign.metric.RankCorrelation;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * How a certainty head's outputs become expected errors on faces that were not trained on, where
 * errors are larger and vary less: ln(expected error) = offset + slope z, by the least mean of the
 * loss that the head was trained with, over the points of the faces held out. Errors are in shares
 * of the crop's side.
 *
 * @param offset see above
 * @param slope see above, at least 0; 0 where z tells nothing
 * @param meanExpected mean expected error of the points
 * @param meanObserved mean error of the points
 * @param pointRankCorrelation Spearman's, of the points' expected errors with their errors
 * @param faceRankCorrelation the same of the faces' means
 */
public record CertaintyCalibration(
    double offset,
    double slope,
    double meanExpected,
    double meanObserved,
    double pointRankCorrelation,
    double faceRankCorrelation) {

  /** Errors of a network that is never wrong: above zero, so that logarithms are finite. */
  private static final double LEAST_ERROR = 1e-6;

  private static final int MOST_STEPS = 100;
  private static final double CONVERGED = 1e-12;

  /** Fits to what was seen. */
  static CertaintyCalibration fit(PointErrors points) {
    double[] z = points.logExpected();
    double[] d =
        DoubleStream.of(points.observed()).map(error -> Math.max(error, LEAST_ERROR)).toArray();
    double centre = mean(z);
    double slope = slope(z, centre, d);
    double offset = offset(z, slope, d);
    double[] expected = DoubleStream.of(z).map(value -> Math.exp(offset + slope * value)).toArray();
    return new CertaintyCalibration(
        offset,
        slope,
        mean(expected),
        mean(points.observed()),
        RankCorrelation.spearman(expected, points.observed()),
        RankCorrelation.spearman(
            faceMeans(expected, points.pointsOfAFace()),
            faceMeans(points.observed(), points.pointsOfAFace())));
  }

  /**
   * For any slope the best offset is known: ln of the mean of d exp(-slope z). What is left is the
   * convex function of the slope f(s) = s mean(z) + ln mean(d exp(-s z)), whose least value
   * Newton's method finds; f' = mean(z) - E, f'' = V, with E and V the mean and the variance of z
   * by the weights d exp(-s z). Its argument is kept at or above 0.
   */
  private static double slope(double[] z, double centre, double[] d) {
    double slope = 1;
    for (int step = 0; step < MOST_STEPS; step++) {
      double sum = 0;
      double first = 0;
      double second = 0;
      double lowest = DoubleStream.of(z).min().orElseThrow();
      for (int i = 0; i < z.length; i++) {
        // Measured from the lowest z, so that no weight overflows.
        double weight = d[i] * Math.exp(-slope * (z[i] - lowest));
        sum += weight;
        first += weight * (z[i] - centre);
        second += weight * (z[i] - centre) * (z[i] - centre);
      }
      double mean = first / sum;
      double variance = second / sum - mean * mean;
      if (!(variance > CONVERGED)) {
        return 0;
      }
      // Half a unit at most: far from the minimum Newton's step can be far too long.
      double change = Math.max(-0.5, Math.min(0.5, mean / variance));
      double next = Math.max(0, slope + change);
      if (Math.abs(next - slope) < CONVERGED) {
        return next;
      }
      slope = next;
    }
    return slope;
  }

  private static double offset(double[] z, double slope, double[] d) {
    double lowest = DoubleStream.of(z).min().orElseThrow();
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      sum += d[i] * Math.exp(-slope * (z[i] - lowest));
    }
    return Math.log(sum / z.length) - slope * lowest;
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).average().orElseThrow();
  }

  private static double[] faceMeans(double[] points, int pointsOfAFace) {
    double[] means = new double[points.length / pointsOfAFace];
    for (int i = 0; i < points.length; i++) {
      means[i / pointsOfAFace] += points[i] / pointsOfAFace;
    }
    return means;
  }

  /**
   * A network's tensors with this calibration in its certainty head: it then gives ln of the
   * expected error.
   */
  Map<String, Tensor> folded(Map<String, Tensor> weights) {
    Map<String, Tensor> folded = new LinkedHashMap<>(weights);
    folded.computeIfPresent(Architecture.CERTAINTY_KERNEL, (name, tensor) -> line(tensor, 0));
    folded.computeIfPresent(Architecture.CERTAINTY_BIAS, (name, tensor) -> line(tensor, offset));
    return folded;
  }

  private Tensor line(Tensor tensor, double constant) {
    float[] values = new float[tensor.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (constant + slope * tensor.values()[i]);
    }
    return new Tensor(tensor.shape(), values);
  }
}
