package dev.facealign.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.facealign.fault.FaultException;
import dev.facealign.trainer.job.AcrLossSpec;
import dev.facealign.trainer.job.L1LossSpec;
import dev.facealign.trainer.job.L2LossSpec;
import dev.facealign.trainer.job.LossSpec;
import dev.facealign.trainer.job.SmoothL1LossSpec;
import dev.facealign.trainer.job.WingLossSpec;

/** What training makes small. */
public sealed interface LandmarkLoss permits AcrLoss, L2Loss, L1Loss, SmoothL1Loss, WingLoss {

  /** The loss of a specification. */
  static LandmarkLoss of(LossSpec spec) {
    if (spec instanceof AcrLossSpec acr) {
      return new AcrLoss(acr.lambda(), acr.coordinateScale(), acr.constant());
    }
    if (spec instanceof L2LossSpec l2) {
      return new L2Loss(l2.coordinateScale());
    }
    if (spec instanceof L1LossSpec l1) {
      return new L1Loss(l1.coordinateScale());
    }
    if (spec instanceof SmoothL1LossSpec smooth) {
      return new SmoothL1Loss(smooth.beta(), smooth.coordinateScale());
    }
    if (spec instanceof WingLossSpec wing) {
      return new WingLoss(wing.width(), wing.epsilon(), wing.coordinateScale());
    }
    throw new AssertionError(spec);
  }

  /**
   * The mean over all coordinates of all faces.
   *
   * @param predicted [N, 2M], label units, any floating point type
   * @param truth as {@code predicted}
   * @param phi as {@code predicted}: how hard each coordinate is, in [0, 1]; losses without phi
   *     don't read it
   * @return a scalar of the same type, through which gradients flow to {@code predicted}
   */
  NDArray mean(NDArray predicted, NDArray truth, NDArray phi);

  /**
   * A number that a differentiable operation takes. It lives as long as the manager of {@code
   * beside}. DJL's operations with Java numbers put theirs into memory that Java may free before
   * the backward pass reads it again: now and then a collection of garbage between the two passes
   * changed the gradient.
   *
   * @param beside the operation's other operand
   */
  static NDArray constant(NDArray beside, double value) {
    return beside.getManager().create(value);
  }

  /**
   * A setting that must be a number above zero.
   *
   * @throws FaultException INVALID_ARGUMENT
   */
  static double requirePositive(String field, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw FaultException.invalid(field, value, "> 0");
    }
    return value;
  }
}
