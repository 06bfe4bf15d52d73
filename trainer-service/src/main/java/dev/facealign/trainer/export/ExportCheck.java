package dev.facealign.trainer.export;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Prediction;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.Torch;
import dev.facealign.trainer.network.Weights;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * Compares an ONNX file with the network it was written from, on the CPU: GPUs round to ten bits on
 * the way, which would hide what is looked for here.
 */
public final class ExportCheck {

  /** Largest difference that is rounding, label units: a fortieth of a pixel of 224. */
  public static final double TOLERANCE = 1e-4;

  /** Largest difference of an expected error that is rounding, as a share of it. */
  static final double EXPECTED_ERROR_TOLERANCE = 1e-3;

  /** Reason of the fault for a file that computes something else. */
  public static final String DIFFERS = "EXPORT_DIFFERS";

  private ExportCheck() {}

  /**
   * Runs both on the same pictures.
   *
   * @param onnx the file
   * @param network what it was written from
   * @param weights all the network's tensors
   * @param pictures at least one, each 3 x S x S numbers
   * @param sizePx side of a picture, S
   * @return the largest difference of a landmark's coordinate, label units, at most {@link
   *     #TOLERANCE}; expected errors differ by a thousandth of themselves at most
   * @throws FaultException DATA_LOSS, reason {@value #DIFFERS}
   */
  public static double largestDifference(
      byte[] onnx,
      Network network,
      Map<String, Tensor> weights,
      List<float[]> pictures,
      int sizePx) {
    double largest = 0;
    try (NDManager manager = Torch.engine().newBaseManager(Device.cpu());
        Weights loaded = new Weights(manager, network.tensors(), weights);
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx, options)) {
      for (float[] picture : pictures) {
        long[] shape = {1, 3, sizePx, sizePx};
        Outputs expected = predict(manager, network, loaded, picture, shape);
        Outputs exported = predict(session, network, picture, shape);
        for (int i = 0; i < expected.landmarks.length; i++) {
          double difference = Math.abs((double) expected.landmarks[i] - exported.landmarks[i]);
          // Written so that NaN counts as a difference.
          if (!(difference <= TOLERANCE)) {
            throw differs(
                "output " + i + ": " + exported.landmarks[i],
                expected.landmarks[i] + " within " + TOLERANCE);
          }
          largest = Math.max(largest, difference);
        }
        requireSameErrors(expected.errors, exported.errors);
      }
    } catch (OrtException e) {
      throw FaultException.of(FaultKind.DATA_LOSS, DIFFERS, "ONNX Runtime: " + e.getMessage(), e);
    }
    return largest;
  }

  /** Of one picture. */
  private static final class Outputs {
    /** Label units. */
    final float[] landmarks;

    /** Expected errors of the points; empty without a certainty head. */
    final float[] errors;

    Outputs(float[] landmarks, float[] errors) {
      this.landmarks = landmarks;
      this.errors = errors;
    }
  }

  private static void requireSameErrors(float[] expected, float[] exported) {
    for (int m = 0; m < expected.length; m++) {
      // Whoever serves the file leaves unusable numbers out; they need not be the same ones.
      boolean same = usable(expected[m]) == usable(exported[m]);
      if (same && usable(expected[m])) {
        double difference = Math.log(expected[m]) - Math.log(exported[m]);
        same = Math.abs(difference) <= EXPECTED_ERROR_TOLERANCE;
      }
      if (!same) {
        throw differs(
            "expected error " + m + ": " + exported[m],
            expected[m] + " within " + EXPECTED_ERROR_TOLERANCE + " of it");
      }
    }
  }

  private static boolean usable(float error) {
    return error >= Float.MIN_NORMAL && error <= Float.MAX_VALUE;
  }

  private static Outputs predict(
      NDManager manager, Network network, Weights weights, float[] picture, long[] shape) {
    try (NDManager step = manager.newSubManager()) {
      NDArray input = step.create(picture, new Shape(shape));
      Prediction predicted = network.predict(weights, input);
      NDArray logErrors = predicted.logErrors();
      return new Outputs(
          predicted.landmarks().toFloatArray(),
          logErrors == null ? new float[0] : logErrors.exp().toFloatArray());
    }
  }

  private static Outputs predict(OrtSession session, Network network, float[] picture, long[] shape)
      throws OrtException {
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(picture), shape);
        OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
      return new Outputs(
          output(result, OnnxExport.OUTPUT),
          network.hasCertainty() ? output(result, OnnxExport.EXPECTED_ERROR) : new float[0]);
    }
  }

  private static float[] output(OrtSession.Result result, String name) throws OrtException {
    OnnxValue value =
        result.get(name).orElseThrow(() -> differs(name + ": missing", "an output of that name"));
    return ((float[][]) value.getValue())[0];
  }

  private static FaultException differs(String is, String expected) {
    return FaultException.of(
        FaultKind.DATA_LOSS, DIFFERS, "export: " + is + " (expected: " + expected + ")");
  }
}
