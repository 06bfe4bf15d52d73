package dev.facealign.evaluation.scoring;

import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Normaliser;
import dev.facealign.v1.FaceResult;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of one face. */
public sealed interface FaceOutcome {

  /** The face's identifier in the dataset. */
  String faceId();

  /**
   * An error was computed.
   *
   * @param normaliser the report's
   * @param errors fractions of a length of the true face, for every normaliser that the scheme has;
   *     NaN where a length other than the report's is zero in this face
   * @param pointErrors expected against observed; empty where the model cannot tell
   */
  record Valid(
      String faceId,
      Normaliser normaliser,
      Map<Normaliser, Double> errors,
      Landmarks predicted,
      Optional<PointErrors> pointErrors)
      implements FaceOutcome {
    public Valid {
      errors = Map.copyOf(errors);
    }

    /** By the report's normaliser; finite. */
    double error() {
      return error(normaliser);
    }

    /** By any normaliser; NaN where there is none. */
    double error(Normaliser by) {
      return errors.getOrDefault(by, Double.NaN);
    }
  }

  /** The model, or its service, gave no usable answer: a failure at every threshold. */
  record Failed(String faceId, String reason, @Nullable Landmarks predicted)
      implements FaceOutcome {}

  /** The dataset gives nothing to measure by: in no figure but the count. */
  record Excluded(String faceId, String reason) implements FaceOutcome {}

  /** As the report lists it. */
  default FaceResult toResult() {
    FaceResult.Builder result = FaceResult.newBuilder().setFaceId(faceId());
    Landmarks predicted = null;
    if (this instanceof Valid valid) {
      result.setNme(valid.error());
      predicted = valid.predicted();
      valid
          .pointErrors()
          .ifPresent(
              points ->
                  points.expectedPx().forEach(error -> result.addExpectedError((float) error)));
    } else if (this instanceof Failed failed) {
      result.setInvalidReason(failed.reason());
      predicted = failed.predicted();
    } else if (this instanceof Excluded excluded) {
      result.setInvalidReason(excluded.reason());
    }
    if (predicted != null) {
      for (double coordinate : predicted.toArray()) {
        result.addPredicted((float) coordinate);
      }
    }
    return result.build();
  }
}
