package dev.facealign.trainer.run;

import ai.djl.Device;
import ai.djl.engine.Engine;

/** The PyTorch engine. */
final class Torch {

  private Torch() {}

  /** The engine, loaded on first use. */
  static Engine engine() {
    // DJL reports its use to its makers unless told not to.
    System.setProperty("OPT_OUT_TRACKING", "true");
    return Engine.getEngine("PyTorch");
  }

  /** The first GPU where there is one, the CPU otherwise. */
  static Device device() {
    return engine().getGpuCount() > 0 ? Device.gpu() : Device.cpu();
  }
}
