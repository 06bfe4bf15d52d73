package dev.facealign.crop;

import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Affine;
import dev.facealign.landmark.Landmarks;

/**
 * A rectangle of a picture that becomes a network's square input, and with it the unit that labels
 * are in: a label is the offset from the region's centre in units of its width (x) and height (y),
 * so that the region spans [-0.5, 0.5].
 *
 * @param centreX image coordinates
 * @param centreY image coordinates
 * @param width pixels, above 0
 * @param height pixels, above 0
 */
public record CropRegion(double centreX, double centreY, double width, double height) {
  public CropRegion {
    if (!Double.isFinite(centreX) || !Double.isFinite(centreY)) {
      throw FaultException.invalid(
          "crop.centre", "(" + centreX + ", " + centreY + ")", "finite pixels");
    }
    if (!(width > 0) || !(height > 0) || !Double.isFinite(width) || !Double.isFinite(height)) {
      throw FaultException.invalid("crop.size", width + " x " + height, "finite pixels > 0");
    }
  }

  /** Labels x0, y0, x1, y1, ... of a face's points. */
  public double[] toLabels(Landmarks inImage) {
    double[] labels = inImage.toArray();
    for (int i = 0; i < labels.length; i += 2) {
      labels[i] = (labels[i] - centreX) / width;
      labels[i + 1] = (labels[i + 1] - centreY) / height;
    }
    return labels;
  }

  /** The points that labels stand for. */
  public Landmarks toImage(double[] labels) {
    double[] xy = labels.clone();
    for (int i = 0; i + 1 < xy.length; i += 2) {
      xy[i] = centreX + xy[i] * width;
      xy[i + 1] = centreY + xy[i + 1] * height;
    }
    return Landmarks.of(xy);
  }

  /**
   * The unit that distances between labels are told in where one number has to do for all
   * directions: the geometric mean of width and height, which is the side of a square region.
   *
   * @return pixels, above 0
   */
  public double unit() {
    return Math.sqrt(width) * Math.sqrt(height);
  }

  /**
   * Where the crop's pixels lie in the picture. Crop coordinates are measured from the crop's top
   * left corner, so that the centre of its first pixel is (0.5, 0.5); image coordinates have the
   * centre of the first pixel at (0, 0).
   *
   * @param sizePx side of the crop, pixels, above 0
   */
  public Affine cropToImage(int sizePx) {
    if (sizePx <= 0) {
      throw FaultException.invalid("crop.sizePx", sizePx, "> 0");
    }
    return new Affine(
        width / sizePx, 0, centreX - width / 2, 0, height / sizePx, centreY - height / 2);
  }
}
