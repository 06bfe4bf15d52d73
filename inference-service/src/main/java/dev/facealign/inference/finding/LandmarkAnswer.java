package dev.facealign.inference.finding;

import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import java.util.List;

/**
 * The landmarks of a picture's faces.
 *
 * @param faces in the order of the query's boxes; or those found, largest first
 * @param modelVersion version of the model that answered
 * @param scheme the points' scheme
 * @param imageWidth of the upright picture, pixels
 * @param imageHeight of the upright picture, pixels
 * @param detector who found the faces; empty where boxes were given
 * @param times how long the steps took
 */
public record LandmarkAnswer(
    List<Face> faces,
    String modelVersion,
    String scheme,
    int imageWidth,
    int imageHeight,
    String detector,
    StepTimes times) {

  public LandmarkAnswer {
    faces = List.copyOf(faces);
  }

  /**
   * One face.
   *
   * @param box the landmark box it was cropped by last
   * @param landmarks its points, all finite, in coordinates of the upright picture
   * @param expectedErrors how far each of them may be off
   */
  public record Face(Box box, Landmarks landmarks, ExpectedErrors expectedErrors) {}

  /**
   * Durations.
   *
   * @param queueNanos waiting for a thread and for places in batches
   * @param decodeNanos decoding
   * @param detectNanos finding faces
   * @param computeNanos cropping and running
   */
  public record StepTimes(long queueNanos, long decodeNanos, long detectNanos, long computeNanos) {}
}
