package dev.facealign.evaluation;

import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import java.util.HashMap;
import java.util.Map;

/**
 * Two reports of the same faces, over those that are valid in both: a model that gives up on hard
 * faces must not look better for it.
 *
 * @param faces valid in both
 * @param firstMean NME of the first report over them, fraction; NaN without faces
 * @param secondMean of the second
 */
record CommonFaces(int faces, double firstMean, double secondMean) {

  static CommonFaces of(Evaluation first, Evaluation second) {
    Map<String, Double> errors = new HashMap<>();
    for (FaceResult face : first.getFacesList()) {
      if (face.hasNme()) {
        errors.put(face.getFaceId(), face.getNme());
      }
    }
    int faces = 0;
    double firstSum = 0;
    double secondSum = 0;
    for (FaceResult face : second.getFacesList()) {
      Double error = errors.get(face.getFaceId());
      if (error != null && face.hasNme()) {
        faces++;
        firstSum += error;
        secondSum += face.getNme();
      }
    }
    return new CommonFaces(
        faces,
        faces == 0 ? Double.NaN : firstSum / faces,
        faces == 0 ? Double.NaN : secondSum / faces);
  }
}
