package dev.facealign.trainer.probe;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.facealign.trainer.network.Torch;

/** Computes a number where training would, and says by which PyTorch and on what. */
final class PyTorchProbe {
  private PyTorchProbe() {}

  public static void main(String[] arguments) {
    Engine engine = Torch.engine();
    try (NDManager numbers = engine.newBaseManager(Torch.device())) {
      NDArray two = numbers.create(new float[] {1, 1}).sum();
      if (two.getFloat() != 2) {
        throw new IllegalStateException("1 + 1 is " + two.getFloat());
      }
      System.out.println(
          "PyTorch %s, trains on %s".formatted(engine.getVersion(), words(engine.getGpuCount())));
    }
  }

  private static String words(int gpus) {
    return gpus == 0 ? "the processors" : "the first of " + gpus + " GPU(s)";
  }
}
