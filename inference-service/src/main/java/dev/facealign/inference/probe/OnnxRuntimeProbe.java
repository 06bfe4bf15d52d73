package dev.facealign.inference.probe;

import ai.onnxruntime.OrtEnvironment;

/** Loads ONNX Runtime and says which it is. */
final class OnnxRuntimeProbe {
  private OnnxRuntimeProbe() {}

  public static void main(String[] arguments) {
    System.out.println("ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion());
  }
}
