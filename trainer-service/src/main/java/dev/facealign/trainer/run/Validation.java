package dev.facealign.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.facealign.augment.CropCache;
import dev.facealign.augment.FaceCrop;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Prediction;
import dev.facealign.trainer.network.Weights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures weights on faces that are cropped as inference would crop them. */
final class Validation {

  private static final Logger log = LoggerFactory.getLogger(Validation.class);

  private static final int FACES_AT_ONCE = 32;

  private final CropCache faces;
  private final SampleFaces sampled;
  private final Network network;
  private final NDManager manager;
  private final ByteBuffer pixels;
  private final double[] lengths;

  /**
   * @param faces to measure on
   * @param sampled those of them whose predictions are wanted
   */
  Validation(
      CropCache faces,
      SampleFaces sampled,
      LandmarkScheme scheme,
      Network network,
      NDManager manager) {
    this.faces = faces;
    this.sampled = sampled;
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
   * What weights come to.
   *
   * @param nme mean NME by the scheme's default normaliser, in pixels of the pictures, a fraction;
   *     NaN where a prediction was none. Faces in which that length is zero have no NME, are left
   *     out and were logged.
   * @param samples what they predict for the faces wanted
   */
  record Measured(double nme, EpochSamples samples) {}

  /**
   * Measures weights.
   *
   * @return empty where {@code stop} said so
   */
  Optional<Measured> measure(Weights weights, StopSignal stop) {
    double sum = 0;
    int measured = 0;
    List<EpochSamples.Prediction> samples =
        new ArrayList<>(Collections.nCopies(sampled.size(), EpochSamples.Prediction.NONE));
    for (int first = 0; first < faces.size(); first += FACES_AT_ONCE) {
      if (stop.stopRequested()) {
        return Optional.empty();
      }
      int count = Math.min(FACES_AT_ONCE, faces.size() - first);
      float[] predicted = predict(weights, first, count).landmarks;
      for (int i = 0; i < count; i++) {
        FaceCrop face = faces.face(first + i);
        double nme = Double.NaN;
        if (lengths[first + i] > 0) {
          nme = Nme.of(inImage(face, predicted, i), face.landmarks(), lengths[first + i]);
          sum += nme;
          measured++;
        }
        int place = sampled.place(first + i);
        if (place >= 0) {
          samples.set(place, new EpochSamples.Prediction(labels(predicted, i), nme));
        }
      }
    }
    return Optional.of(new Measured(sum / measured, new EpochSamples(sampled, samples)));
  }

  /** What a certainty head gave for every point of all faces, and how far off each was. */
  HeldOutErrors heldOutErrors(Weights weights) {
    int points = network.outputs() / 2;
    double[] logExpected = new double[faces.size() * points];
    double[] observed = new double[logExpected.length];
    for (int first = 0; first < faces.size(); first += FACES_AT_ONCE) {
      int count = Math.min(FACES_AT_ONCE, faces.size() - first);
      Outputs predicted = predict(weights, first, count);
      for (int i = 0; i < count; i++) {
        FaceCrop face = faces.face(first + i);
        Landmarks found = inImage(face, predicted.landmarks, i);
        for (int m = 0; m < points; m++) {
          int point = (first + i) * points + m;
          logExpected[point] = predicted.logErrors[i * points + m];
          observed[point] =
              Math.hypot(found.x(m) - face.landmarks().x(m), found.y(m) - face.landmarks().y(m))
                  / face.region().unit();
        }
      }
    }
    return new HeldOutErrors(points, logExpected, observed);
  }

  /** A network's outputs for a few faces, face after face. */
  private static final class Outputs {
    /** Label units. */
    final float[] landmarks;

    /** One a point; empty without a certainty head. */
    final float[] logErrors;

    Outputs(Prediction predicted) {
      landmarks = predicted.landmarks().toFloatArray();
      NDArray given = predicted.logErrors();
      logErrors = given == null ? new float[0] : given.toFloatArray();
    }
  }

  private Outputs predict(Weights weights, int first, int count) {
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
      return new Outputs(network.predict(weights, input));
    }
  }

  private Landmarks inImage(FaceCrop face, float[] predicted, int index) {
    double[] labels = new double[network.outputs()];
    for (int k = 0; k < labels.length; k++) {
      labels[k] = predicted[index * labels.length + k];
    }
    return face.region().toImage(labels);
  }

  private List<Float> labels(float[] predicted, int index) {
    List<Float> labels = new ArrayList<>(network.outputs());
    for (int k = 0; k < network.outputs(); k++) {
      labels.add(predicted[index * network.outputs() + k]);
    }
    return labels;
  }
}
