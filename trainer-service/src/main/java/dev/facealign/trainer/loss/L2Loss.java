package dev.facealign.trainer.loss;

import ai.djl.ndarray.NDArray;

/** Mean squared error in label units: the baseline of every comparison (METHOD 3). */
public final class L2Loss implements LandmarkLoss {

  @Override
  public NDArray mean(NDArray predicted, NDArray truth, NDArray phi) {
    try (NDArray difference = predicted.sub(truth);
        NDArray square = difference.square()) {
      return square.mean();
    }
  }
}
