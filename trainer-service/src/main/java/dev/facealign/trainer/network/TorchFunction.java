package dev.facealign.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * What PyTorch has in one pass, forward and backward, and DJL has no call for. Written with DJL's
 * calls the activations take three to four passes over memory and keep as many copies, which is a
 * quarter of a training step.
 */
final class TorchFunction {

  /** min(max(x, 0), 6), written over x. */
  static final TorchFunction RELU6 = new TorchFunction("torch.hardtanh_(x, 0., 6.)");

  /** x / (1 + exp(-x)). */
  static final TorchFunction SWISH = new TorchFunction("torch.silu(x)");

  /**
   * Pictures turned by 180°, with a pixel's channels side by side in memory (2 is PyTorch's number
   * for that order). The shape does not tell, but all layers keep that order, and PyTorch's
   * convolutions on a CPU want it: in the other they rearrange what they read and write, which
   * doubles the time of a step.
   */
  static final TorchFunction TURN_CHANNELS_LAST =
      new TorchFunction("torch.contiguous(torch.flip(x, [2, 3]), memory_format=2)");

  private final TorchScript script;

  private TorchFunction(String expression) {
    script = new TorchScript("x: Tensor", "return " + expression);
  }

  /** Leaves {@code x} open. */
  NDArray of(NDArray x) {
    return script.call(x.getManager(), new NDList(x));
  }
}
