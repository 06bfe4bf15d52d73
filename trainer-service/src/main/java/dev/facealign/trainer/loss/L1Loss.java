package dev.facealign.trainer.loss;

import ai.djl.ndarray.NDArray;

/**
 * Mean absolute error in label units. Its gradient where a prediction is right to the last bit is
 * 0.
 */
public final class L1Loss implements LandmarkLoss {

  @Override
  public NDArray mean(NDArray predicted, NDArray truth, NDArray phi) {
    try (NDArray difference = predicted.sub(truth);
        NDArray size = difference.abs()) {
      return size.mean();
    }
  }
}
