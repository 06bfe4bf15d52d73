package dev.facealign.inference.finding;

import dev.facealign.inference.network.NetworkAnswer;
import java.util.List;

/**
 * The labels of faces that the caller has cropped itself.
 *
 * @param modelName the name that the model's versions share
 * @param modelVersion version of the model that answered
 * @param faces in the query's order; their labels are finite
 */
public record LabelAnswer(String modelName, String modelVersion, List<NetworkAnswer> faces) {

  public LabelAnswer {
    faces = List.copyOf(faces);
  }
}
