package dev.facealign.evaluation.measure;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One face's errors.
 *
 * @param faceId the face's identifier in its dataset
 * @param nme by normaliser, fractions; NaN for a failed prediction; a normaliser that has no length
 *     on this face is absent
 * @param invalidReason why there is no inter-ocular error; null where there is one
 * @param predicted in pixels of the picture; null where there is no prediction
 */
public record FaceScore(
    String faceId,
    Map<Normaliser, Double> nme,
    @Nullable String invalidReason,
    @Nullable Landmarks predicted) {

  public FaceScore {
    nme = Map.copyOf(nme);
  }

  /** Compares a prediction with the truth. */
  public static FaceScore of(
      String faceId, LandmarkScheme scheme, Landmarks truth, Prediction prediction) {
    @Nullable Landmarks points = null;
    @Nullable String reason = null;
    if (prediction instanceof Prediction.Points found) {
      points = found.landmarks();
      if (points.count() != truth.count()) {
        reason = "predicted points: " + points.count() + " (expected: " + truth.count() + ")";
        points = null;
      } else if (!points.isFinite()) {
        reason = "the prediction has a coordinate that is no number";
      }
    } else if (prediction instanceof Prediction.Missing missing) {
      reason = missing.reason();
    }
    Map<Normaliser, Double> nme = new EnumMap<>(Normaliser.class);
    for (Normaliser normaliser : Normaliser.values()) {
      double distance = normaliser.distance(scheme, truth);
      if (distance > 0 && Double.isFinite(distance)) {
        nme.put(normaliser, points == null ? Double.NaN : Nme.of(points, truth, distance));
      }
    }
    if (!nme.containsKey(Normaliser.INTER_OCULAR)) {
      reason = "the true outer eye corners coincide";
    }
    return new FaceScore(faceId, nme, reason, points);
  }

  /** Whether the face has an inter-ocular error. */
  public boolean valid() {
    return invalidReason == null;
  }

  /** The inter-ocular error, fraction; NaN where the face is invalid. */
  public double interOcular() {
    return valid() ? nme.getOrDefault(Normaliser.INTER_OCULAR, Double.NaN) : Double.NaN;
  }

  /** Folder of the face in its dataset; empty at its top. */
  String folder() {
    int slash = faceId.lastIndexOf('/');
    return slash < 0 ? "" : faceId.substring(0, slash);
  }
}
