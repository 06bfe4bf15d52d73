package dev.facealign.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.facealign.trainer.network.TensorSpec;
import dev.facealign.trainer.network.TorchScript;
import dev.facealign.trainer.network.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Exponential moving average of a network's tensors, batch-norm statistics included. Early steps
 * count for more: the decay of step t is at most (1 + t) / (10 + t), so that the average forgets
 * the random start.
 */
final class WeightAverage {

  /** One call for all tensors; {@code taken} is the weights' share. */
  private static final TorchScript ADD =
      new TorchScript(
          "a: List[Tensor], w: List[Tensor], taken: Tensor",
          """
          torch._foreach_lerp_(a, w, float(taken))
          return taken
          """);

  private final double decay;
  private final NDManager manager;
  private final NDList lists;

  /**
   * Keeps an average.
   *
   * @param parent where device memory is accounted
   * @param decay in [0, 1); 0: the average is the weights themselves
   * @param weights what is averaged
   * @param average where the average is kept
   */
  WeightAverage(
      NDManager parent, double decay, List<TensorSpec> tensors, Weights weights, Weights average) {
    this.decay = decay;
    this.manager = parent.newSubManager();
    List<NDArray> averaged = new ArrayList<>();
    List<NDArray> handles = new ArrayList<>();
    for (TensorSpec tensor : tensors) {
      averaged.add(average.get(tensor.name()));
      // The same memory, without a gradient, and with a name of its own in the call.
      NDArray handle = weights.get(tensor.name()).stopGradient();
      handle.attach(manager);
      handles.add(handle);
    }
    this.lists = TorchScript.list("a", averaged);
    lists.addAll(TorchScript.list("w", handles));
  }

  /**
   * Takes the weights in.
   *
   * @param step steps done before the one that made them
   */
  void add(long step) {
    double taken = 1 - Math.min(decay, (1.0 + step) / (10.0 + step));
    try (NDManager ofStep = manager.newSubManager()) {
      NDList arguments = new NDList(lists);
      arguments.add(ofStep.create(taken));
      ADD.change(ofStep, arguments);
    }
  }
}
