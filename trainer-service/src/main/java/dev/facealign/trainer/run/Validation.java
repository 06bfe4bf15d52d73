package dev.facealign.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.trainer.augment.CropCache;
import dev.facealign.trainer.augment.FaceCrop;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Weights;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalDouble;

/** Measures weights on faces that are cropped as inference would crop them. */
final class Validation {

  private static final int FACES_AT_ONCE = 32;

  private final CropCache faces;
  private final LandmarkScheme scheme;
  private final Network network;
  private final NDManager manager;
  private final ByteBuffer pixels;

  Validation(CropCache faces, LandmarkScheme scheme, Network network, NDManager manager) {
    this.faces = faces;
    this.scheme = scheme;
    this.network = network;
    this.manager = manager;
    int atOnce = Math.min(FACES_AT_ONCE, faces.size());
    this.pixels =
        manager.allocateDirect(atOnce * 3 * faces.sizePx() * faces.sizePx() * Float.BYTES);
  }

  /**
   * Mean NME: inter-ocular, in pixels of the pictures, a fraction; NaN where a prediction was none.
   * Faces whose eye corners fall together have no NME and are left out.
   *
   * @return empty where {@code stop} said so
   */
  OptionalDouble meanNme(Weights weights, StopSignal stop) {
    double sum = 0;
    int measured = 0;
    for (int first = 0; first < faces.size(); first += FACES_AT_ONCE) {
      if (stop.stopRequested()) {
        return OptionalDouble.empty();
      }
      int count = Math.min(FACES_AT_ONCE, faces.size() - first);
      float[] predicted = predict(weights, first, count);
      for (int i = 0; i < count; i++) {
        Optional<Double> nme = nme(faces.face(first + i), predicted, i * network.outputs());
        if (nme.isPresent()) {
          sum += nme.get();
          measured++;
        }
      }
    }
    return OptionalDouble.of(sum / measured);
  }

  private float[] predict(Weights weights, int first, int count) {
    int size = faces.sizePx();
    float[] face = new float[3 * size * size];
    var floats = pixels.asFloatBuffer();
    for (int i = 0; i < count; i++) {
      faces.centre(first + i, face);
      floats.put(face);
    }
    try (NDManager step = manager.newSubManager()) {
      ByteBuffer used = pixels.duplicate().order(pixels.order());
      used.limit(count * face.length * Float.BYTES);
      NDArray input = step.create(used, new Shape(count, 3, size, size), DataType.FLOAT32);
      return network.predict(weights, input).toFloatArray();
    }
  }

  private Optional<Double> nme(FaceCrop face, float[] predicted, int offset) {
    double distance = Normaliser.INTER_OCULAR.distance(scheme, face.landmarks());
    if (!(distance > 0)) {
      return Optional.empty();
    }
    double[] labels = new double[network.outputs()];
    for (int k = 0; k < labels.length; k++) {
      labels[k] = predicted[offset + k];
    }
    return Optional.of(Nme.of(face.region().toImage(labels), face.landmarks(), distance));
  }
}
