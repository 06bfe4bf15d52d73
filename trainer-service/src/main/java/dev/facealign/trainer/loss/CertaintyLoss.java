package dev.facealign.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * What makes a certainty head learn expected errors: with d the distance of a predicted point from
 * the true one and z what the head gives for it,
 *
 * <pre>
 *   z + d exp(-z)
 * </pre>
 *
 * the negative log-likelihood of an exponential distribution whose mean is exp(z). Whatever d's own
 * distribution is, the expectation of that is least where exp(z) is the mean of d (it is a strictly
 * consistent score of the mean: Gneiting, JASA 2011): the expected error.
 *
 * <p>Where d is more than ten times exp(z), the exponential goes on as its tangent in ln d - z: a
 * head that expects far too little, as a young one may, would have an infinite gradient otherwise.
 * Of exponential errors one in 22,000 lies there; where errors have a heavier tail, exp(z) is a
 * little less than their mean.
 */
public final class CertaintyLoss {

  /** d / exp(z) from which on the loss is linear in z. */
  public static final double STEEPEST = 10;

  /** Distances of points that are right to the last bit have a logarithm. */
  private static final double SMALLEST_DISTANCE = 1e-12;

  private CertaintyLoss() {}

  /**
   * The mean over all points of all faces.
   *
   * @param logErrors z: [N, M]
   * @param predicted [N, 2M], label units; no gradient flows to it
   * @param truth as {@code predicted}
   * @return a scalar, through which gradients flow to {@code logErrors}
   */
  public static NDArray mean(NDArray logErrors, NDArray predicted, NDArray truth) {
    NDArray distances = distances(predicted.stopGradient(), truth, logErrors.getShape());
    NDArray logRatios = distances.add(SMALLEST_DISTANCE).log().sub(logErrors);
    double edge = Math.log(STEEPEST);
    NDArray ratios = logRatios.minimum(LandmarkLoss.constant(logRatios, edge)).exp();
    NDArray beyond =
        logRatios
            .sub(edge)
            .maximum(LandmarkLoss.constant(logRatios, 0))
            .mul(LandmarkLoss.constant(logRatios, STEEPEST));
    return logErrors.add(ratios).add(beyond).mean();
  }

  /**
   * What a point adds to z.
   *
   * @param logRatio ln d - z
   */
  public static double excess(double logRatio) {
    double beyond = logRatio - Math.log(STEEPEST);
    return beyond <= 0 ? Math.exp(logRatio) : STEEPEST * (1 + beyond);
  }

  private static NDArray distances(NDArray predicted, NDArray truth, Shape points) {
    NDArray squares = predicted.sub(truth).square();
    NDArray pairs = squares.reshape(points.get(0), points.get(1), 2);
    return pairs.sum(new int[] {2}).sqrt();
  }
}
