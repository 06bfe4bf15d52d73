package dev.facealign.crop;

import dev.facealign.geometry.Box;

/**
 * How the region around a face becomes the network's square input. Landmarks only compare within
 * one policy.
 */
public enum CropPolicy {
  /** A square centred on the landmark box, its side 1.15 times the box's longer side. */
  SQUARE_V1 {
    @Override
    public CropRegion region(Box landmarkBox) {
      double side = SQUARE_MARGIN * landmarkBox.longerSide();
      return new CropRegion(landmarkBox.centreX(), landmarkBox.centreY(), side, side);
    }
  },
  /**
   * The landmark box and 10 image pixels on every side, stretched to a square: the published crop
   * (METHOD 4).
   */
  STRETCH_V1 {
    @Override
    public CropRegion region(Box landmarkBox) {
      return new CropRegion(
          landmarkBox.centreX(),
          landmarkBox.centreY(),
          landmarkBox.width() + 2 * STRETCH_MARGIN_PX,
          landmarkBox.height() + 2 * STRETCH_MARGIN_PX);
    }
  };

  private static final double SQUARE_MARGIN = 1.15;
  private static final double STRETCH_MARGIN_PX = 10;

  /**
   * The region of the picture that is cut out; it may reach over the picture's edge.
   *
   * @param landmarkBox the tight box of the face's landmarks, or what comes near it
   */
  public abstract CropRegion region(Box landmarkBox);
}
