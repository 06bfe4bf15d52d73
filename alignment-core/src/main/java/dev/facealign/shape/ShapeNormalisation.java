package dev.facealign.shape;

import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import org.jspecify.annotations.Nullable;

/**
 * What was done to a shape model's faces before their covariance was taken; what is to be done to a
 * face that is compared with it.
 *
 * @param cropping gives label units
 * @param procrustesMean what faces are fitted onto, label units; null without alignment
 */
public record ShapeNormalisation(FaceCropping cropping, @Nullable ProcrustesMean procrustesMean) {

  /** By a crop around the true points, without alignment. */
  public static ShapeNormalisation of(CropPolicy cropPolicy) {
    return new ShapeNormalisation(FaceCropping.of(cropPolicy), null);
  }

  /** How shapes are aligned. */
  public ShapeAlignment alignment() {
    return procrustesMean == null ? ShapeAlignment.NONE : ShapeAlignment.PROCRUSTES;
  }
}
