package dev.facealign.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.facealign.augment.CropCache;
import dev.facealign.augment.FaceCrop;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Weights;
import java.nio.ByteBuffer;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures weights on faces that are cropped as inference would crop them. */
final class Validation {

  private static final Logger log = LoggerFactory.getLogger(Validation.class);

  private static final int FACES_AT_ONCE = 32;

  private final CropCache faces;
  private final Network network;
  private final NDManager manager;
  private final ByteBuffer pixels;
  private final double[] lengths;

  Validation(CropCache faces, LandmarkScheme scheme, Network network, NDManager manager) {
    this.faces = faces;
    this.network = network;
    this.manager = manager;
    this.lengths = new double[faces.size()];
    Normaliser normaliser = Normaliser.defaultOf(scheme);
    for (int i = 0; i < lengths.length; i++) {
      FaceCrop face = faces.face(i);
      lengths[i] = normaliser.distance(scheme, face.landmarks());
      if (!(lengths[i] > 0)) {
        log.warn("face left out of validation face={} length={}", face.id(), lengths[i]);
      }
    }
    int atOnce = Math.min(FACES_AT_ONCE, faces.size());
    this.pixels =
        manager.allocateDirect(atOnce * 3 * faces.sizePx() * faces.sizePx() * Float.BYTES);
  }

  /**
   * Mean NME by the scheme's default normaliser, in pixels of the pictures, a fraction; NaN where a
   * prediction was none. Faces in which that length is zero have no NME, are left out and were
   * logged.
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
        if (lengths[first + i] > 0) {
          sum += nme(first + i, predicted, i * network.outputs());
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

  private double nme(int index, float[] predicted, int offset) {
    double[] labels = new double[network.outputs()];
    for (int k = 0; k < labels.length; k++) {
      labels[k] = predicted[offset + k];
    }
    FaceCrop face = faces.face(index);
    return Nme.of(face.region().toImage(labels), face.landmarks(), lengths[index]);
  }
}
