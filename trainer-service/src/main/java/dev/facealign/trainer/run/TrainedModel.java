package dev.facealign.trainer.run;

import dev.facealign.trainer.quantise.QuantisedNetwork;
import java.util.Optional;

/** The result of a run. */
public final class TrainedModel {

  private final byte[] onnx;
  private final int inputSizePx;
  private final int onnxOpset;
  private final double exportMaxDifference;
  private final double validationNme;
  private final int epoch;
  private final Optional<CertaintyCalibration> certainty;
  private final Optional<QuantisedNetwork> int8;
  private final byte[] weights;
  private final DataPart training;
  private final DataPart validation;

  /**
   * Part of a dataset.
   *
   * @param faces number of faces
   * @param fingerprint SHA-256 over the faces' identifiers and points, hexadecimal
   */
  public record DataPart(int faces, String fingerprint) {}

  TrainedModel(
      byte[] onnx,
      int inputSizePx,
      int onnxOpset,
      double exportMaxDifference,
      double validationNme,
      int epoch,
      Optional<CertaintyCalibration> certainty,
      Optional<QuantisedNetwork> int8,
      byte[] weights,
      DataPart training,
      DataPart validation) {
    this.onnx = onnx;
    this.inputSizePx = inputSizePx;
    this.onnxOpset = onnxOpset;
    this.exportMaxDifference = exportMaxDifference;
    this.validationNme = validationNme;
    this.epoch = epoch;
    this.certainty = certainty;
    this.int8 = int8;
    this.weights = weights;
    this.training = training;
    this.validation = validation;
  }

  TrainedModel with(QuantisedNetwork quantised) {
    return new TrainedModel(
        onnx,
        inputSizePx,
        onnxOpset,
        exportMaxDifference,
        validationNme,
        epoch,
        certainty,
        Optional.of(quantised),
        weights,
        training,
        validation);
  }

  /**
   * The network: input "input" [N, 3, S, S], output "landmarks" [N, 2M] and, with a certainty head,
   * "expected_error" [N, M]; not a copy.
   */
  public byte[] onnx() {
    return onnx;
  }

  /** Side of its input, S, pixels. */
  public int inputSizePx() {
    return inputSizePx;
  }

  /** ONNX operator set of the network. */
  public int onnxOpset() {
    return onnxOpset;
  }

  /** Largest difference between the ONNX network and the trained one on real crops, label units. */
  public double exportMaxDifference() {
    return exportMaxDifference;
  }

  /** NME of these weights on the faces held out, see {@link EpochFigures#validationNme}. */
  public double validationNme() {
    return validationNme;
  }

  /** Epoch whose averaged weights these are, from 1. */
  public int epoch() {
    return epoch;
  }

  /** How the expected errors were calibrated; empty without a certainty head. */
  public Optional<CertaintyCalibration> certainty() {
    return certainty;
  }

  /** The same network in 8-bit integers; empty where none was made. */
  public Optional<QuantisedNetwork> int8() {
    return int8;
  }

  /** The content of {@link StartModel#FILE}, for runs that begin with this model; not a copy. */
  public byte[] weights() {
    return weights;
  }

  /** Faces trained on. */
  public DataPart training() {
    return training;
  }

  /** Faces held out. */
  public DataPart validation() {
    return validation;
  }
}
