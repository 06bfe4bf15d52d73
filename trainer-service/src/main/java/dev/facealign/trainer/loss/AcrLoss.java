package dev.facealign.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import dev.facealign.fault.FaultException;
import dev.facealign.trainer.job.AcrLossSpec.AcrConstant;

/**
 * The ACR loss (Fard and Mahoor, ICPR 2022; METHOD equations 5 to 7): with delta = scale |truth -
 * predicted|,
 *
 * <pre>
 *   lambda ln(1 + delta^(2 - phi))   where delta &lt;= 1
 *   delta^2 + C                      where delta &gt; 1
 * </pre>
 *
 * and C = lambda ln 2 - 1, with which the branches meet at delta = 1, or the published phi ln 2 -
 * 1, with which the loss drops there by (lambda - phi) ln 2.
 *
 * <p>The gradient is finite everywhere. At delta = 0 it is 0: autograd's derivative of delta^(2 -
 * phi) is (2 - phi) delta^(1 - phi), whose exponent is never negative, times the derivative of |x|
 * at 0, which is 0.
 */
public final class AcrLoss implements LandmarkLoss {

  private final double lambda;
  private final double scale;
  private final AcrConstant constant;

  /**
   * Makes a loss.
   *
   * @param lambda weight of the logarithmic branch, &gt; 0
   * @param scale factor from label units to the unit of delta, &gt; 0; 1 is the published code's
   * @param constant how the branches are linked
   * @throws FaultException INVALID_ARGUMENT
   */
  public AcrLoss(double lambda, double scale, AcrConstant constant) {
    this.lambda = LandmarkLoss.requirePositive("lambda", lambda);
    this.scale = LandmarkLoss.requirePositive("coordinate_scale", scale);
    this.constant = constant;
  }

  @Override
  public NDArray mean(NDArray predicted, NDArray truth, NDArray phi) {
    NDArray delta = truth.sub(predicted).abs();
    delta = delta.mul(LandmarkLoss.constant(delta, scale));
    // Each branch stays finite where the other one holds: an infinity there would reach the
    // gradient as 0 * infinity.
    NDArray exponent = phi.neg().add(2.0);
    NDArray near =
        delta.clip(0.0, 1.0).pow(exponent).add(1.0).log().mul(LandmarkLoss.constant(delta, lambda));
    NDArray far = delta.square().add(farConstant(phi));
    return NDArrays.where(delta.lte(1.0), near, far).mean();
  }

  /** C for each coordinate. */
  private NDArray farConstant(NDArray phi) {
    return switch (constant) {
      case CONTINUOUS -> phi.zerosLike().add(lambda * Math.log(2) - 1);
      case PUBLISHED -> phi.mul(Math.log(2)).sub(1.0);
    };
  }
}
