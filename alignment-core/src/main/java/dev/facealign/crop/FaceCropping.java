package dev.facealign.crop;

import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import java.util.Optional;

/**
 * How annotated faces are cropped, and with it what labels are measured in: what was fitted or
 * trained with one cropping only compares within it.
 *
 * @param policy the region around a box
 * @param boxes which box
 */
public record FaceCropping(CropPolicy policy, BoxSource boxes) {
  /** Around the tight box of the true points. */
  public static FaceCropping of(CropPolicy policy) {
    return new FaceCropping(policy, BoxSource.GROUND_TRUTH);
  }

  /**
   * A face's region.
   *
   * @throws dev.facealign.fault.FaultException as {@link BoxSource#of} says
   */
  public CropRegion region(String faceId, Landmarks truth, Optional<Box> given) {
    return policy.region(boxes.of(faceId, truth, given));
  }
}
