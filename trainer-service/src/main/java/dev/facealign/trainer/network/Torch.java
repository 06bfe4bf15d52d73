package dev.facealign.trainer.network;

import ai.djl.Device;
import ai.djl.engine.Engine;

/**
 * The PyTorch engine, set up before it is loaded for the first time in the process. All that
 * computes goes through it: whoever comes first decides how many threads PyTorch has.
 */
public final class Torch {

  private static final String THREADS = "ai.djl.pytorch.num_threads";

  private Torch() {}

  /** The engine. */
  public static Engine engine() {
    // DJL reports its use to its makers unless told not to.
    System.setProperty("OPT_OUT_TRACKING", "true");
    // PyTorch counts the machine's processors, Java those that a container may use.
    if (System.getProperty(THREADS) == null && System.getenv("OMP_NUM_THREADS") == null) {
      System.setProperty(THREADS, Integer.toString(Runtime.getRuntime().availableProcessors()));
    }
    return Engine.getEngine("PyTorch");
  }

  /** The first GPU where there is one, the CPU otherwise. */
  public static Device device() {
    return engine().getGpuCount() > 0 ? Device.gpu() : Device.cpu();
  }
}
