package dev.facealign.inference.face;

import dev.facealign.image.RgbImage;
import java.util.Arrays;

/** The grey picture that a detector looks at, made smaller where need be. */
final class GreyPicture {
  private final int width;
  private final int height;
  private final byte[] grey;
  private final double scaleX;
  private final double scaleY;

  private GreyPicture(int width, int height, byte[] grey, double scaleX, double scaleY) {
    this.width = width;
    this.height = height;
    this.grey = grey;
    this.scaleX = scaleX;
    this.scaleY = scaleY;
  }

  /**
   * Makes one.
   *
   * @param maxSide pixels of the longer side at most
   */
  static GreyPicture of(RgbImage image, int maxSide) {
    double shrink = Math.max(1, (double) Math.max(image.width(), image.height()) / maxSide);
    int width = Math.max(1, (int) Math.round(image.width() / shrink));
    int height = Math.max(1, (int) Math.round(image.height() / shrink));
    byte[] grey = new byte[width * height];
    byte[] rgb = image.rgb();
    // Each pixel is the mean of those it covers, taken whole: nothing is passed over, so that
    // nothing aliases.
    long[] sums = new long[width];
    for (int y = 0; y < height; y++) {
      int top = (int) ((long) y * image.height() / height);
      int bottom = (int) ((long) (y + 1) * image.height() / height);
      Arrays.fill(sums, 0);
      for (int row = top; row < bottom; row++) {
        int at = 3 * row * image.width();
        for (int x = 0; x < width; x++) {
          int end = 3 * (row * image.width() + (int) ((long) (x + 1) * image.width() / width));
          long sum = 0;
          for (; at < end; at += 3) {
            // ITU-R BT.601, in 1/256.
            sum +=
                77L * (rgb[at] & 0xff) + 150L * (rgb[at + 1] & 0xff) + 29L * (rgb[at + 2] & 0xff);
          }
          sums[x] += sum;
        }
      }
      for (int x = 0; x < width; x++) {
        int left = (int) ((long) x * image.width() / width);
        int right = (int) ((long) (x + 1) * image.width() / width);
        long count = (long) (right - left) * (bottom - top);
        grey[y * width + x] = (byte) ((sums[x] / count + 128) >> 8);
      }
    }
    return new GreyPicture(
        width, height, grey, (double) image.width() / width, (double) image.height() / height);
  }

  /** Pixels. */
  int width() {
    return width;
  }

  /** Pixels. */
  int height() {
    return height;
  }

  /** One byte a pixel, rows from the top; not a copy. */
  byte[] grey() {
    return grey;
  }

  /** Pixels of the original picture for one of these, across. */
  double scaleX() {
    return scaleX;
  }

  /** Pixels of the original picture for one of these, down. */
  double scaleY() {
    return scaleY;
  }
}
