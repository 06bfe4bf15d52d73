package dev.facealign.shape;

import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import org.jspecify.annotations.Nullable;

/**
 * What was done to a shape model's faces before their covariance was taken; what is to be done to a
 * face that is compared with it.
 *
 * @param cropPolicy gives label units
 * @param boxes what the crop is taken around
 * @param procrustesMean what faces are fitted onto, label units; null without alignment
 */
public record ShapeNormalisation(
    CropPolicy cropPolicy, BoxSource boxes, @Nullable ProcrustesMean procrustesMean) {

  /** By a crop around the true points, without alignment. */
  public static ShapeNormalisation of(CropPolicy cropPolicy) {
    return new ShapeNormalisation(cropPolicy, BoxSource.GROUND_TRUTH, null);
  }

  /** How faces are cropped. */
  public FaceCropping cropping() {
    return new FaceCropping(cropPolicy, boxes);
  }

  /** How shapes are aligned. */
  public ShapeAlignment alignment() {
    return procrustesMean == null ? ShapeAlignment.NONE : ShapeAlignment.PROCRUSTES;
  }
}
