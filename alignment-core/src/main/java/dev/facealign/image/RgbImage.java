package dev.facealign.image;

import dev.facealign.fault.FaultException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import java.awt.image.WritableRaster;

/** A picture's pixels: eight bits each of red, green and blue. */
public final class RgbImage {
  private static final int WHITE = 255;

  private final int width;
  private final int height;
  private final byte[] rgb;

  private RgbImage(int width, int height, byte[] rgb) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /**
   * From pixels.
   *
   * @param width pixels, above 0
   * @param height pixels, above 0
   * @param rgb rows from the top, without padding, red green blue: width x height x 3 bytes; <b>not
   *     copied</b>
   */
  public static RgbImage of(int width, int height, byte[] rgb) {
    if (width <= 0 || height <= 0) {
      throw FaultException.invalid("image.size", width + " x " + height, "> 0");
    }
    if (rgb.length != 3L * width * height) {
      throw FaultException.invalid(
          "image.pixels", rgb.length + " bytes", 3L * width * height + " bytes");
    }
    return new RgbImage(width, height, rgb);
  }

  /**
   * The pixels of a Java2D image of any kind. Grey values are taken as they are, 16 bits are cut to
   * their upper 8, and what is transparent is laid over white.
   */
  public static RgbImage of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    Raster raster = image.getRaster();
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
        && raster.getDataBuffer() instanceof DataBufferByte data
        && raster.getParent() == null) {
      fromBgr(data.getData(), rgb);
    } else if (image.getType() == BufferedImage.TYPE_INT_RGB
        && raster.getDataBuffer() instanceof DataBufferInt data
        && raster.getParent() == null
        && raster.getSampleModel() instanceof SinglePixelPackedSampleModel) {
      fromInts(data.getData(), rgb);
    } else if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
        && image.getColorModel() instanceof ComponentColorModel) {
      fromGrey(image, rgb);
    } else {
      fromAny(image, rgb);
    }
    return new RgbImage(width, height, rgb);
  }

  /** Pixels. */
  public int width() {
    return width;
  }

  /** Pixels. */
  public int height() {
    return height;
  }

  /**
   * Rows from the top, without padding, red green blue. The image's own array, <b>not a copy</b>:
   * nobody may write to it.
   */
  public byte[] rgb() {
    return rgb;
  }

  /** One sample, 0 to 255; channel 0 is red, 1 green, 2 blue. */
  public int sample(int x, int y, int channel) {
    return rgb[3 * (y * width + x) + channel] & 0xff;
  }

  /** A Java2D image of its own, TYPE_3BYTE_BGR. */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    WritableRaster raster = image.getRaster();
    byte[] bgr = ((DataBufferByte) raster.getDataBuffer()).getData();
    fromBgr(rgb, bgr);
    return image;
  }

  /** Swaps the first and third of every three bytes; its own inverse. */
  private static void fromBgr(byte[] from, byte[] to) {
    for (int i = 0; i < to.length; i += 3) {
      to[i] = from[i + 2];
      to[i + 1] = from[i + 1];
      to[i + 2] = from[i];
    }
  }

  private static void fromInts(int[] from, byte[] to) {
    int at = 0;
    for (int pixel : from) {
      to[at++] = (byte) (pixel >> 16);
      to[at++] = (byte) (pixel >> 8);
      to[at++] = (byte) pixel;
    }
  }

  /**
   * Java takes grey values for linear light and brightens them on the way to RGB; every other
   * program takes them as they are, and so does this.
   */
  private static void fromGrey(BufferedImage image, byte[] to) {
    Raster raster = image.getRaster();
    int bits = image.getColorModel().getComponentSize(0);
    boolean alpha = image.getColorModel().hasAlpha();
    int bands = raster.getNumBands();
    int[] row = new int[image.getWidth() * bands];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, image.getWidth(), 1, row);
      for (int x = 0; x < image.getWidth(); x++) {
        int grey = toEightBits(row[x * bands], bits);
        if (alpha) {
          grey = overWhite(grey, toEightBits(row[x * bands + 1], bits));
        }
        to[at++] = (byte) grey;
        to[at++] = (byte) grey;
        to[at++] = (byte) grey;
      }
    }
  }

  private static void fromAny(BufferedImage image, byte[] to) {
    int[] row = new int[image.getWidth()];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, image.getWidth(), 1, row, 0, image.getWidth());
      for (int pixel : row) {
        int alpha = pixel >>> 24;
        to[at++] = (byte) overWhite(pixel >> 16 & 0xff, alpha);
        to[at++] = (byte) overWhite(pixel >> 8 & 0xff, alpha);
        to[at++] = (byte) overWhite(pixel & 0xff, alpha);
      }
    }
  }

  private static int toEightBits(int sample, int bits) {
    return bits >= 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
  }

  private static int overWhite(int sample, int alpha) {
    return (sample * alpha + WHITE * (255 - alpha) + 127) / 255;
  }
}
