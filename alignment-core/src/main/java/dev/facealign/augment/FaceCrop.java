package dev.facealign.augment;

import dev.facealign.crop.CropRegion;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import org.jspecify.annotations.Nullable;

/** A face to train on or to validate with. */
public final class FaceCrop {

  private final String id;
  private final Box box;
  private final CropRegion region;
  private final Landmarks landmarks;
  private final double[] labels;
  private final float[] mean;
  private final byte @Nullable [] context;

  FaceCrop(
      String id,
      Box box,
      CropRegion region,
      Landmarks landmarks,
      float[] mean,
      byte @Nullable [] context) {
    this.id = id;
    this.box = box;
    this.region = region;
    this.landmarks = landmarks;
    this.labels = region.toLabels(landmarks);
    this.mean = mean;
    this.context = context;
  }

  /** Names the face. */
  public String id() {
    return id;
  }

  /** What the crop was taken around, in the picture's coordinates. */
  public Box box() {
    return box;
  }

  /** Where the face's crop lies in its picture. */
  public CropRegion region() {
    return region;
  }

  /** True points, in the picture's coordinates. */
  public Landmarks landmarks() {
    return landmarks;
  }

  /** The same in label units; not a copy. */
  public double[] labels() {
    return labels;
  }

  /** The kept part of the face's picture, see {@link CropCache}; null where it was not kept. */
  byte @Nullable [] context() {
    return context;
  }

  /** Mean of the crop's red, green or blue, in [0, 1]. */
  float mean(int channel) {
    return mean[channel];
  }
}
