package dev.facealign.trainer.quantise;

/** A network in 8-bit integers, and what that costs. */
public final class QuantisedNetwork {

  /** Largest loss that is offered: NME over floating point's. */
  private static final double MOST_LOSS = 1.01;

  private final byte[] onnx;
  private final double validationNme;
  private final double floatValidationNme;
  private final int calibrationFaces;

  QuantisedNetwork(
      byte[] onnx, double validationNme, double floatValidationNme, int calibrationFaces) {
    this.onnx = onnx;
    this.validationNme = validationNme;
    this.floatValidationNme = floatValidationNme;
    this.calibrationFaces = calibrationFaces;
  }

  /** An ONNX file with the inputs and outputs of the network it was made of; not a copy. */
  public byte[] onnx() {
    return onnx;
  }

  /** NME on the faces held out, by the scheme's default normaliser, fraction. */
  public double validationNme() {
    return validationNme;
  }

  /** The same of the network it was made of, measured in the same way. */
  public double floatValidationNme() {
    return floatValidationNme;
  }

  /** Faces by which activations' scales were chosen, all trained on. */
  public int calibrationFaces() {
    return calibrationFaces;
  }

  /**
   * Whether it may serve: its NME is at most a hundredth above that of the network it was made of.
   */
  public boolean offered() {
    // False where one of them is NaN.
    return validationNme <= MOST_LOSS * floatValidationNme;
  }
}
