package dev.facealign.inference.finding;

import dev.facealign.geometry.Box;
import dev.facealign.inference.picture.Picture;
import java.util.List;

/**
 * What is asked for: the landmarks of a picture's faces.
 *
 * @param picture the picture
 * @param boxes the faces' landmark boxes; empty: faces are to be found
 * @param model which model, as {@link dev.facealign.inference.model.RegistryState} resolves it
 * @param maxFaces faces found at most, the largest count, above 0
 */
public record LandmarkQuery(Picture picture, List<Box> boxes, String model, int maxFaces) {

  public LandmarkQuery {
    boxes = List.copyOf(boxes);
  }
}
