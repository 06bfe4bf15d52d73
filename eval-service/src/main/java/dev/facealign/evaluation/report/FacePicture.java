package dev.facealign.evaluation.report;

import dev.facealign.crop.CropRegion;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.image.CropJpeg;
import dev.facealign.image.CropSampler;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.RgbImage;
import dev.facealign.landmark.Landmarks;
import java.util.Optional;

/** A face cut out of its picture, small, as a page carries it. */
final class FacePicture {

  /** Side, pixels: as wide as a column is on most screens. */
  static final int SIZE_PX = 220;

  private static final double MARGIN = 1.25;

  /** A prediction that is further off than this many faces does not make the picture smaller. */
  private static final double MOST_SIDES = 1.6;

  private FacePicture() {}

  /** The square around a face that is shown: its points, and as much of the other ones as fits. */
  static CropRegion region(Landmarks points, Optional<Landmarks> others) {
    Box box = points.boundingBox();
    double side = MARGIN * box.longerSide();
    double centreX = box.centreX();
    double centreY = box.centreY();
    if (others.isPresent() && others.get().isFinite()) {
      Box other = others.get().boundingBox();
      double left = Math.min(box.x(), other.x());
      double right = Math.max(box.right(), other.right());
      double top = Math.min(box.y(), other.y());
      double bottom = Math.max(box.bottom(), other.bottom());
      double both = MARGIN * Math.max(right - left, bottom - top);
      if (both <= MOST_SIDES * side) {
        centreX = (left + right) / 2;
        centreY = (top + bottom) / 2;
        side = both;
      }
    }
    return new CropRegion(centreX, centreY, side, side);
  }

  /** The region as a data URL with a JPEG; empty where the picture cannot be read any more. */
  static Optional<String> jpeg(FaceSample face, CropRegion region, ImageDecoder decoder) {
    try {
      return Optional.of(CropJpeg.url(crop(face.readPicture(decoder), region)));
    } catch (FaultException unreadable) {
      return Optional.empty();
    }
  }

  private static byte[] crop(RgbImage picture, CropRegion region) {
    float[] planes = new float[3 * SIZE_PX * SIZE_PX];
    CropSampler.sample(picture, region.cropToImage(SIZE_PX), SIZE_PX, planes, 0);
    return CropJpeg.encode(planes, SIZE_PX);
  }
}
