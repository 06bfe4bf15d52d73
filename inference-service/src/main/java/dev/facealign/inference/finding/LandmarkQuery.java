package dev.facealign.inference.finding;

import dev.facealign.geometry.Box;
import dev.facealign.inference.picture.Picture;
import dev.facealign.inference.track.FaceTracker;
import dev.facealign.inference.track.Smoothing;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for: the landmarks of a picture's faces.
 *
 * @param picture the picture
 * @param boxes the faces' landmark boxes; empty: faces are to be found
 * @param model which model, as {@link dev.facealign.inference.model.RegistryState} resolves it
 * @param maxFaces faces found at most, the largest count, above 0
 * @param headPose whether heads' poses are asked for too
 * @param video how faces are followed from picture to picture; null: this picture stands alone
 */
public record LandmarkQuery(
    Picture picture,
    List<Box> boxes,
    String model,
    int maxFaces,
    boolean headPose,
    @Nullable Video video) {

  /**
   * A picture's place in a stream. Pictures with the same tracker are to be asked one after the
   * other.
   *
   * @param tracker the stream's faces
   * @param seconds when the picture was taken; empty: not told
   * @param smoothing how points are smoothed over time; null: not. Needs seconds
   */
  public record Video(FaceTracker tracker, OptionalDouble seconds, @Nullable Smoothing smoothing) {}

  public LandmarkQuery {
    boxes = List.copyOf(boxes);
  }
}
