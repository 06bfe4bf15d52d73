package dev.facealign.trainer.export;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Tensor;
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
   * @return the largest difference of an output, label units, at most {@link #TOLERANCE}
   * @throws FaultException DATA_LOSS, reason {@value #DIFFERS}
   */
  public static double largestDifference(
      byte[] onnx,
      Network network,
      Map<String, Tensor> weights,
      List<float[]> pictures,
      int sizePx) {
    double largest = 0;
    try (NDManager manager = NDManager.newBaseManager(Device.cpu());
        Weights loaded = new Weights(manager, network.tensors(), weights);
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx, options)) {
      for (float[] picture : pictures) {
        long[] shape = {1, 3, sizePx, sizePx};
        float[] expected = predict(manager, network, loaded, picture, shape);
        float[] exported = predict(session, picture, shape);
        for (int i = 0; i < expected.length; i++) {
          double difference = Math.abs((double) expected[i] - exported[i]);
          // Written so that NaN counts as a difference.
          if (!(difference <= TOLERANCE)) {
            throw differs("output " + i + ": " + exported[i], expected[i] + " within " + TOLERANCE);
          }
          largest = Math.max(largest, difference);
        }
      }
    } catch (OrtException e) {
      throw FaultException.of(FaultKind.DATA_LOSS, DIFFERS, "ONNX Runtime: " + e.getMessage(), e);
    }
    return largest;
  }

  private static float[] predict(
      NDManager manager, Network network, Weights weights, float[] picture, long[] shape) {
    try (NDManager step = manager.newSubManager()) {
      NDArray input = step.create(picture, new Shape(shape));
      return network.predict(weights, input).toFloatArray();
    }
  }

  private static float[] predict(OrtSession session, float[] picture, long[] shape)
      throws OrtException {
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(picture), shape);
        OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
      return ((float[][]) result.get(0).getValue())[0];
    }
  }

  private static FaultException differs(String is, String expected) {
    return FaultException.of(
        FaultKind.DATA_LOSS, DIFFERS, "export: " + is + " (expected: " + expected + ")");
  }
}
