package dev.facealign.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import dev.facealign.fault.FaultException;

/**
 * Wing loss (Feng et al., CVPR 2018): with e = scale |truth - predicted|,
 *
 * <pre>
 *   w ln(1 + e / epsilon)   where e &lt;= w
 *   e - C                   where e &gt; w
 * </pre>
 *
 * and C = w - w ln(1 + w / epsilon), with which the branches meet. Its gradient where a prediction
 * is right to the last bit is 0.
 */
public final class WingLoss implements LandmarkLoss {

  private final double width;
  private final double epsilon;
  private final double scale;

  /**
   * Makes a loss.
   *
   * @param width w: error from which on the loss is linear, &gt; 0
   * @param epsilon what bends the logarithm, &gt; 0
   * @param scale factor from label units to the unit of the error, &gt; 0
   * @throws FaultException INVALID_ARGUMENT
   */
  public WingLoss(double width, double epsilon, double scale) {
    this.width = LandmarkLoss.requirePositive("wing_width", width);
    this.epsilon = LandmarkLoss.requirePositive("wing_epsilon", epsilon);
    this.scale = LandmarkLoss.requirePositive("coordinate_scale", scale);
  }

  @Override
  public NDArray mean(NDArray predicted, NDArray truth, NDArray phi) {
    NDArray error = truth.sub(predicted).abs();
    error = error.mul(LandmarkLoss.constant(error, scale));
    NDArray near =
        error
            .clip(0.0, width)
            .div(LandmarkLoss.constant(error, epsilon))
            .add(1.0)
            .log()
            .mul(LandmarkLoss.constant(error, width));
    NDArray far = error.sub(width - width * Math.log1p(width / epsilon));
    return NDArrays.where(error.lte(width), near, far).mean();
  }
}
