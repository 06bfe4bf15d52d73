package dev.facealign.trainer.quantise;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facealign.augment.CropCache;
import dev.facealign.augment.FaceCrop;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.trainer.export.OnnxExport;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/** Measures an ONNX file on faces that are cropped as inference would crop them. */
final class HeldOutNme {

  private HeldOutNme() {}

  /**
   * Mean NME by the scheme's default normaliser, in pixels of the pictures, a fraction; NaN where
   * an output was none. Faces in which that length is zero are left out.
   *
   * @return empty where {@code stop} said so
   */
  static OptionalDouble of(
      byte[] onnx, CropCache faces, LandmarkScheme scheme, BooleanSupplier stop)
      throws OrtException {
    Normaliser normaliser = Normaliser.defaultOf(scheme);
    int size = faces.sizePx();
    long[] shape = {1, 3, size, size};
    float[] pixels = new float[3 * size * size];
    double sum = 0;
    int measured = 0;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(onnx, options)) {
      for (int i = 0; i < faces.size(); i++) {
        if (stop.getAsBoolean()) {
          return OptionalDouble.empty();
        }
        FaceCrop face = faces.face(i);
        double length = normaliser.distance(scheme, face.landmarks());
        if (!(length > 0)) {
          continue;
        }
        faces.centre(i, pixels);
        try (OnnxTensor input =
                OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
            OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
          double[] labels = labels((OnnxTensor) result.get(OnnxExport.OUTPUT).orElseThrow());
          sum += Nme.of(face.region().toImage(labels), face.landmarks(), length);
          measured++;
        }
      }
    }
    return OptionalDouble.of(sum / measured);
  }

  private static double[] labels(OnnxTensor output) {
    FloatBuffer numbers = output.getFloatBuffer();
    double[] labels = new double[numbers.remaining()];
    for (int k = 0; k < labels.length; k++) {
      labels[k] = numbers.get(k);
    }
    return labels;
  }
}
