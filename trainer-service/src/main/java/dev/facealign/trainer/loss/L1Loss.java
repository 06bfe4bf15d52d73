package dev.facealign.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.facealign.fault.FaultException;

/**
 * Mean absolute error, with e = scale (predicted - truth). Its gradient where a prediction is right
 * to the last bit is 0.
 */
public final class L1Loss implements LandmarkLoss {

  private final double scale;

  /**
   * Makes a loss.
   *
   * @param scale factor from label units to the unit of the error, &gt; 0
   * @throws FaultException INVALID_ARGUMENT
   */
  public L1Loss(double scale) {
    this.scale = LandmarkLoss.requirePositive("coordinate_scale", scale);
  }

  @Override
  public NDArray mean(NDArray predicted, NDArray truth, NDArray phi) {
    try (NDArray difference = predicted.sub(truth);
        NDArray error = difference.mul(LandmarkLoss.constant(difference, scale));
        NDArray size = error.abs()) {
      return size.mean();
    }
  }
}
