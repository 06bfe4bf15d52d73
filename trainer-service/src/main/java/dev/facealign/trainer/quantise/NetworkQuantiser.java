package dev.facealign.trainer.quantise;

import ai.onnxruntime.OrtException;
import dev.facealign.augment.CropCache;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.trainer.export.OnnxExport;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * Makes a network compute in 8-bit integers without training it again: weights signed and symmetric
 * with a scale for each output channel, activations unsigned with a scale and a zero point for each
 * tensor, both chosen on faces that were trained on (the scheme of Krishnamoorthi,
 * arXiv:1806.08342, section 3). Inputs and outputs stay floating point.
 */
public final class NetworkQuantiser {

  /** Faces that activations' scales are chosen by; with a quarter of them nothing changes. */
  static final int CALIBRATION_FACES = 256;

  /** Reason of the fault for a network that the runtime does not run. */
  public static final String FAILED = "QUANTISATION_FAILED";

  private NetworkQuantiser() {}

  /**
   * Makes and measures.
   *
   * @param onnx a network as {@link OnnxExport} writes it; stays as it is
   * @param training faces that were trained on, at least one
   * @param held faces held out, at least one
   * @param scheme the faces' points
   * @param stop asked before every face
   * @return empty where {@code stop} said so
   * @throws FaultException DATA_LOSS, reason {@value #FAILED}
   */
  public static Optional<QuantisedNetwork> quantise(
      byte[] onnx,
      CropCache training,
      CropCache held,
      LandmarkScheme scheme,
      BooleanSupplier stop) {
    int faces = Math.min(CALIBRATION_FACES, training.size());
    NetworkGraph graph = new NetworkGraph(onnx);
    IntegerParts parts = new IntegerParts(graph);
    try {
      Optional<Calibration> calibration =
          Calibration.of(graph, parts.tensors(), training, faces, stop);
      if (calibration.isEmpty()) {
        return Optional.empty();
      }
      byte[] quantised = IntegerNetwork.write(graph, parts, calibration.get());
      OptionalDouble floatNme = HeldOutNme.of(onnx, held, scheme, stop);
      if (floatNme.isEmpty()) {
        return Optional.empty();
      }
      OptionalDouble nme = HeldOutNme.of(quantised, held, scheme, stop);
      return nme.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new QuantisedNetwork(quantised, nme.getAsDouble(), floatNme.getAsDouble(), faces));
    } catch (OrtException e) {
      throw FaultException.of(FaultKind.DATA_LOSS, FAILED, "ONNX Runtime: " + e.getMessage(), e);
    }
  }
}
