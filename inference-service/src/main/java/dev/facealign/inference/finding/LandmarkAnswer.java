package dev.facealign.inference.finding;

import dev.facealign.geometry.Box;
import dev.facealign.inference.network.Precision;
import dev.facealign.landmark.Landmarks;
import dev.facealign.pose.HeadPose;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The landmarks of a picture's faces.
 *
 * @param faces in the order of the query's boxes; or those found, largest first
 * @param modelVersion version of the model that answered
 * @param precision in which numbers the model was run
 * @param scheme the points' scheme
 * @param imageWidth of the upright picture, pixels
 * @param imageHeight of the upright picture, pixels
 * @param detector who found the faces; empty where boxes were given
 * @param times how long the steps took
 */
public record LandmarkAnswer(
    List<Face> faces,
    String modelVersion,
    Precision precision,
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
   * @param origin where the box came from
   * @param score how sure one may be of it, in [0, 1]; empty: that cannot be told
   * @param identity who it is on its stream, counted from 1; empty where faces are not followed
   * @param pose how its head is turned; empty where not asked for, or for points that no head has
   */
  public record Face(
      Box box,
      Landmarks landmarks,
      ExpectedErrors expectedErrors,
      BoxOrigin origin,
      OptionalDouble score,
      OptionalLong identity,
      Optional<HeadPose> pose) {

    Face identified(long who, Landmarks smoothed) {
      return new Face(box, smoothed, expectedErrors, origin, score, OptionalLong.of(who), pose);
    }

    Face posed(Optional<HeadPose> found) {
      return new Face(box, landmarks, expectedErrors, origin, score, identity, found);
    }
  }

  /** Where a face's box came from. */
  public enum BoxOrigin {
    /** The query. */
    GIVEN,
    /** The detector. */
    DETECTED,
    /** The face's landmarks in the picture before. */
    TRACKED
  }

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
