package dev.facealign.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import dev.facealign.fault.FaultException;

/**
 * Smooth L1 (Girshick, ICCV 2015): with e = scale |truth - predicted|,
 *
 * <pre>
 *   e^2 / (2 beta)   where e &lt;= beta
 *   e - beta / 2     where e &gt; beta
 * </pre>
 *
 * Value and slope are continuous.
 */
public final class SmoothL1Loss implements LandmarkLoss {

  private final double beta;
  private final double scale;

  /**
   * Makes a loss.
   *
   * @param beta error from which on the loss is linear, &gt; 0
   * @param scale factor from label units to the unit of the error, &gt; 0
   * @throws FaultException INVALID_ARGUMENT
   */
  public SmoothL1Loss(double beta, double scale) {
    this.beta = LandmarkLoss.requirePositive("smooth_l1_beta", beta);
    this.scale = LandmarkLoss.requirePositive("coordinate_scale", scale);
  }

  @Override
  public NDArray mean(NDArray predicted, NDArray truth, NDArray phi) {
    NDArray error = truth.sub(predicted).abs();
    error = error.mul(LandmarkLoss.constant(error, scale));
    // The square of a large error, which is not looked at, could be infinite.
    NDArray near = error.clip(0.0, beta).square().div(LandmarkLoss.constant(error, 2 * beta));
    NDArray far = error.sub(beta / 2);
    return NDArrays.where(error.lte(beta), near, far).mean();
  }
}
