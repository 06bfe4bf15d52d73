package dev.facealign.evaluation;

import dev.facealign.landmark.Landmarks;
import dev.facealign.v1.FaceResult;
import org.jspecify.annotations.Nullable;

/** What became of one face. */
sealed interface FaceOutcome {

  /** The face's identifier in the dataset. */
  String faceId();

  /**
   * An error was computed; all three are fractions of a length of the true face.
   *
   * @param interPupil NaN where the true pupils coincide
   */
  record Valid(
      String faceId, double interOcular, double interPupil, double boxDiagonal, Landmarks predicted)
      implements FaceOutcome {}

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
      result.setNme(valid.interOcular());
      predicted = valid.predicted();
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
