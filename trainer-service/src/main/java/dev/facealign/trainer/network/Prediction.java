package dev.facealign.trainer.network;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * What a network says of N pictures.
 *
 * @param landmarks [N, 2M], label units
 * @param logErrors [N, M]: the natural logarithm of each point's expected distance from the true
 *     one in label units, before calibration; null for a network without a certainty head. No
 *     gradient flows from it into the trunk
 */
public record Prediction(NDArray landmarks, @Nullable NDArray logErrors) implements AutoCloseable {

  @Override
  public void close() {
    landmarks.close();
    if (logErrors != null) {
      logErrors.close();
    }
  }
}
