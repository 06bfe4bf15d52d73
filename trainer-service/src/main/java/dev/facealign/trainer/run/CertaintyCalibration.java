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
 * loss that the head was trained with ({@link dev.facealign.trainer.loss.CertaintyLoss}), over the
 * points of the faces held out. Errors are in shares of the crop's side.
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

  /** Fits to what was seen. */
  static CertaintyCalibration fit(HeldOutErrors points) {
    double[] z = points.logExpected();
    double[] logErrors =
        DoubleStream.of(points.observed())
            .map(error -> Math.log(Math.max(error, LEAST_ERROR)))
            .toArray();
    CertaintyLine line = CertaintyLine.fit(z, logErrors);
    double[] expected = DoubleStream.of(z).map(value -> Math.exp(line.at(value))).toArray();
    return new CertaintyCalibration(
        line.offset(),
        line.slope(),
        mean(expected),
        mean(points.observed()),
        RankCorrelation.spearman(expected, points.observed()),
        RankCorrelation.spearman(
            faceMeans(expected, points.pointsOfAFace()),
            faceMeans(points.observed(), points.pointsOfAFace())));
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
