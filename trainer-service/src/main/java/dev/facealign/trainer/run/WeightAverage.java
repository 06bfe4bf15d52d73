package dev.facealign.trainer.run;

import ai.djl.ndarray.NDArray;
import dev.facealign.trainer.network.TensorSpec;
import dev.facealign.trainer.network.Weights;
import java.util.List;

/**
 * Exponential moving average of a network's tensors, batch-norm statistics included. Early steps
 * count for more: the decay of step t is at most (1 + t) / (10 + t), so that the average forgets
 * the random start.
 */
final class WeightAverage {

  private final double decay;
  private final List<TensorSpec> tensors;
  private final Weights weights;
  private final Weights average;

  /**
   * Keeps an average.
   *
   * @param decay in [0, 1); 0: the average is the weights themselves
   * @param weights what is averaged
   * @param average where the average is kept
   */
  WeightAverage(double decay, List<TensorSpec> tensors, Weights weights, Weights average) {
    this.decay = decay;
    this.tensors = tensors;
    this.weights = weights;
    this.average = average;
  }

  /**
   * Takes the weights in.
   *
   * @param step steps done before the one that made them
   */
  void add(long step) {
    double taken = 1 - Math.min(decay, (1.0 + step) / (10.0 + step));
    for (TensorSpec tensor : tensors) {
      NDArray mean = average.get(tensor.name());
      try (NDArray difference = weights.get(tensor.name()).sub(mean)) {
        difference.muli(taken);
        mean.addi(difference);
      }
    }
  }
}
