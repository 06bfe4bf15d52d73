package dev.facealign.render;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.SplittableRandom;

/** What a camera does to a picture: exposure, colour cast, unsharpness, noise, dark corners. */
final class Photograph {
  private Photograph() {}

  static void develop(BufferedImage image, SplittableRandom random) {
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    int width = image.getWidth();
    int height = image.getHeight();
    int radius = blurRadius(random, width);
    if (radius > 0) {
      blur(pixels, width, height, radius);
    }
    double exposure = HeadShape.vary(random, 1, 0.16, 0.55, 1.4);
    double contrast = HeadShape.vary(random, 1, 0.12, 0.65, 1.3);
    boolean colourless = random.nextDouble() < 0.08;
    int[][] curves = new int[3][256];
    for (int[] curve : curves) {
      double cast = exposure * HeadShape.vary(random, 1, 0.05, 0.85, 1.15);
      for (int v = 0; v < 256; v++) {
        curve[v] = (int) Math.round(128 + contrast * (v * cast - 128));
      }
    }
    int[] grain = grain(random);
    double corner = Math.max(0, random.nextDouble(-0.5, 0.5));
    int bits = 0;
    int left = 0;
    for (int y = 0, i = 0; y < height; y++) {
      double fromMiddleY = (y - height / 2.0) / height;
      for (int x = 0; x < width; x++, i++) {
        if (left == 0) {
          bits = random.nextInt();
          left = 2;
        }
        int noise = grain[bits & 0xfff];
        bits >>>= 16;
        left--;
        double fromMiddleX = (x - width / 2.0) / width;
        double light = 1 - corner * (fromMiddleX * fromMiddleX + fromMiddleY * fromMiddleY);
        int pixel = pixels[i];
        int red = clamp((int) (curves[0][pixel >> 16 & 0xff] * light) + noise);
        int green = clamp((int) (curves[1][pixel >> 8 & 0xff] * light) + noise);
        int blue = clamp((int) (curves[2][pixel & 0xff] * light) + noise);
        if (colourless) {
          red = (red * 77 + green * 151 + blue * 28) >> 8;
          green = red;
          blue = red;
        }
        pixels[i] = red << 16 | green << 8 | blue;
      }
    }
  }

  private static int blurRadius(SplittableRandom random, int width) {
    double draw = random.nextDouble();
    double share = draw < 0.55 ? 0 : draw < 0.85 ? 0.005 : 0.011;
    return (int) Math.round(share * width);
  }

  /**
   * A table of normally distributed values, drawn once: a lookup a pixel is far cheaper than a
   * draw.
   */
  private static int[] grain(SplittableRandom random) {
    double deviation = random.nextDouble(1, 9);
    int[] grain = new int[4096];
    for (int i = 0; i < grain.length; i++) {
      grain[i] = (int) Math.round(deviation * random.nextGaussian());
    }
    return grain;
  }

  /** A box blur along rows, then along columns. */
  private static void blur(int[] pixels, int width, int height, int radius) {
    int[] line = new int[Math.max(width, height)];
    for (int y = 0; y < height; y++) {
      blurLine(pixels, y * width, 1, width, radius, line);
    }
    for (int x = 0; x < width; x++) {
      blurLine(pixels, x, width, height, radius, line);
    }
  }

  private static void blurLine(
      int[] pixels, int start, int step, int length, int radius, int[] line) {
    for (int i = 0; i < length; i++) {
      line[i] = pixels[start + i * step];
    }
    int window = 2 * radius + 1;
    int red = 0;
    int green = 0;
    int blue = 0;
    for (int k = -radius; k <= radius; k++) {
      int entering = line[within(k, length)];
      red += entering >> 16 & 0xff;
      green += entering >> 8 & 0xff;
      blue += entering & 0xff;
    }
    for (int i = 0; i < length; i++) {
      pixels[start + i * step] = (red / window) << 16 | (green / window) << 8 | (blue / window);
      int entering = line[within(i + radius + 1, length)];
      int leaving = line[within(i - radius, length)];
      red += (entering >> 16 & 0xff) - (leaving >> 16 & 0xff);
      green += (entering >> 8 & 0xff) - (leaving >> 8 & 0xff);
      blue += (entering & 0xff) - (leaving & 0xff);
    }
  }

  private static int within(int index, int length) {
    return Math.max(0, Math.min(length - 1, index));
  }

  private static int clamp(int value) {
    return value < 0 ? 0 : Math.min(value, 255);
  }
}
