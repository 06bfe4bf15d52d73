package dev.facealign.augment;

import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.CropRegion;
import dev.facealign.geometry.Affine;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Random changes of training crops (METHOD 4): one affine map of the picture and of the points
 * (mirror, box jitter, rotation, scale, shift), contrast, brightness and colour, gamma, blur,
 * noise, a covered rectangle. What lies outside of the picture is black. Safe for use by several
 * threads.
 *
 * <p>Box jitter, gamma, blur and noise draw no number while they are off, so that runs without them
 * stay as they were before there were such changes.
 */
public final class Augmentation {

  private static final double COVER_LEAST = 0.1;
  private static final double COVER_MOST = 0.4;
  private static final int GAMMA_STEPS = 1024;
  private static final float FOUR_BYTES_MEAN = 4 * 127.5f;

  /** Four times the variance of a byte, (256^2 - 1) / 12, and its root. */
  private static final double FOUR_BYTES_DEVIATION = Math.sqrt(4 * (256.0 * 256 - 1) / 12);

  private final AugmentationSpec spec;
  private final LandmarkScheme scheme;
  private final CropPolicy cropPolicy;
  private final int sizePx;

  /**
   * Makes the changes of a run.
   *
   * @param spec how much is changed
   * @param scheme tells which point a point becomes in a mirror
   * @param cropPolicy how a crop lies about a face's box
   * @param sizePx side of the network's input
   */
  public Augmentation(
      AugmentationSpec spec, LandmarkScheme scheme, CropPolicy cropPolicy, int sizePx) {
    this.spec = spec;
    this.scheme = scheme;
    this.cropPolicy = cropPolicy;
    this.sizePx = sizePx;
  }

  /**
   * Draws a change and applies it.
   *
   * @param face the face
   * @param context the kept part of its picture
   * @param random what the change is drawn from
   * @param pixels gets 3 x S x S numbers: all red, all green, all blue, in [0, 1]
   * @param labels gets 2M numbers in label units
   */
  public void apply(
      FaceCrop face, byte[] context, SplittableRandom random, float[] pixels, double[] labels) {
    boolean mirrored = random.nextDouble() < spec.flipProbability();
    Affine map = drawMap(face, random, mirrored);
    moveLabels(face.labels(), map, mirrored, labels);

    double contrast = 1 + spec.contrast() * symmetric(random);
    double brightness = spec.brightness() * symmetric(random);
    float[] gain = new float[3];
    float[] offset = new float[3];
    for (int c = 0; c < 3; c++) {
      double colour = 1 + spec.colour() * symmetric(random);
      gain[c] = (float) (contrast * colour / 255);
      offset[c] = (float) ((face.mean(c) * (1 - contrast) + brightness) * colour);
    }
    sample(context, pixelToContext(map.inverse()), gain, offset, pixels);

    if (spec.gamma() > 0) {
      applyGamma(Math.exp(Math.log1p(spec.gamma()) * symmetric(random)), pixels);
    }
    if (spec.blur() > 0) {
      GaussianBlur.apply(spec.blur() * sizePx * random.nextDouble(), sizePx, pixels);
    }
    if (spec.noise() > 0) {
      addNoise(spec.noise() * random.nextDouble(), random, pixels);
    }
    if (random.nextDouble() < spec.occlusionProbability()) {
      cover(random, pixels);
    }
  }

  /**
   * From labels of the crop as it is to labels of the changed crop; angles are kept in crops that
   * are not square.
   */
  private Affine drawMap(FaceCrop face, SplittableRandom random, boolean mirrored) {
    CropRegion from = face.region();
    CropRegion to = spec.boxJitter() > 0 ? jittered(face, random) : from;
    double angle = Math.toRadians(spec.rotationDegrees()) * symmetric(random);
    double scale = 1 + spec.scale() * symmetric(random);
    double dx = spec.shift() * symmetric(random);
    double dy = spec.shift() * symmetric(random);
    return Affine.scale(from.width(), from.height())
        .then(Affine.translate(from.centreX() - to.centreX(), from.centreY() - to.centreY()))
        .then(Affine.rotation(angle))
        .then(Affine.scale((mirrored ? -scale : scale) / to.width(), scale / to.height()))
        .then(Affine.translate(dx, dy));
  }

  /** The crop of a box whose edges have moved. */
  private CropRegion jittered(FaceCrop face, SplittableRandom random) {
    Box box = face.box();
    double left = box.x() + spec.boxJitter() * box.width() * symmetric(random);
    double right = box.x() + box.width() + spec.boxJitter() * box.width() * symmetric(random);
    double top = box.y() + spec.boxJitter() * box.height() * symmetric(random);
    double bottom = box.y() + box.height() + spec.boxJitter() * box.height() * symmetric(random);
    return cropPolicy.region(Box.of(left, top, right, bottom));
  }

  private void moveLabels(double[] from, Affine map, boolean mirrored, double[] to) {
    for (int m = 0; m < scheme.count(); m++) {
      int source = mirrored ? scheme.mirrorOf(m) : m;
      double x = from[2 * source];
      double y = from[2 * source + 1];
      to[2 * m] = map.x(x, y);
      to[2 * m + 1] = map.y(x, y);
    }
  }

  /**
   * From pixels of the changed crop (centre of the first at (0, 0)) to pixels of the context
   * (likewise).
   */
  private Affine pixelToContext(Affine toUnchanged) {
    double middle = CropCache.contextSide(sizePx) / 2.0 - 0.5;
    double firstPixel = 0.5 / sizePx - 0.5;
    return Affine.scale(1.0 / sizePx, 1.0 / sizePx)
        .then(Affine.translate(firstPixel, firstPixel))
        .then(toUnchanged)
        .then(Affine.scale(sizePx, sizePx))
        .then(Affine.translate(middle, middle));
  }

  /**
   * Bilinear. A crop is made little smaller at most, so that single samples do; the general sampler
   * takes four times as long.
   */
  private void sample(byte[] context, Affine map, float[] gain, float[] offset, float[] pixels) {
    int side = CropCache.contextSide(sizePx);
    int area = sizePx * sizePx;
    float[] black = new float[3];
    for (int c = 0; c < 3; c++) {
      black[c] = unit(offset[c]);
    }
    float stepX = (float) map.m00();
    float stepY = (float) map.m10();
    for (int cy = 0; cy < sizePx; cy++) {
      float x = (float) map.x(0, cy);
      float y = (float) map.y(0, cy);
      for (int cx = 0, at = cy * sizePx; cx < sizePx; cx++, at++, x += stepX, y += stepY) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        // A pixel beside the context's edge is half black; it is taken as black.
        if (left < 0 || top < 0 || left >= side - 1 || top >= side - 1) {
          for (int c = 0; c < 3; c++) {
            pixels[c * area + at] = black[c];
          }
          continue;
        }
        float fx = x - left;
        float fy = y - top;
        int a = 3 * (top * side + left);
        int b = a + 3 * side;
        for (int c = 0; c < 3; c++) {
          float upper = (context[a + c] & 0xff) * (1 - fx) + (context[a + 3 + c] & 0xff) * fx;
          float lower = (context[b + c] & 0xff) * (1 - fx) + (context[b + 3 + c] & 0xff) * fx;
          float value = upper + fy * (lower - upper);
          pixels[c * area + at] = unit(gain[c] * value + offset[c]);
        }
      }
    }
  }

  /** By a table: a power a pixel takes longer than all else. */
  private static void applyGamma(double exponent, float[] pixels) {
    float[] table = new float[GAMMA_STEPS + 2];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) Math.pow((double) i / GAMMA_STEPS, exponent);
    }
    for (int i = 0; i < pixels.length; i++) {
      float at = pixels[i] * GAMMA_STEPS;
      int below = (int) at;
      pixels[i] = unit(table[below] + (at - below) * (table[below + 1] - table[below]));
    }
  }

  /**
   * Adds nearly normal noise: sums of four bytes, of which one draw gives two. They are four times
   * as fast as normal numbers and reach to 3.45 standard deviations.
   */
  private static void addNoise(double deviation, SplittableRandom random, float[] pixels) {
    float factor = (float) (deviation / FOUR_BYTES_DEVIATION);
    for (int i = 0; i < pixels.length; i += 2) {
      long bits = random.nextLong();
      pixels[i] = unit(pixels[i] + factor * (sumOfBytes(bits) - FOUR_BYTES_MEAN));
      if (i + 1 < pixels.length) {
        pixels[i + 1] =
            unit(pixels[i + 1] + factor * (sumOfBytes(bits >>> Integer.SIZE) - FOUR_BYTES_MEAN));
      }
    }
  }

  /** Of the lower four. */
  private static float sumOfBytes(long bits) {
    return (bits & 0xff) + (bits >>> 8 & 0xff) + (bits >>> 16 & 0xff) + (bits >>> 24 & 0xff);
  }

  private void cover(SplittableRandom random, float[] pixels) {
    int width = (int) (sizePx * (COVER_LEAST + (COVER_MOST - COVER_LEAST) * random.nextDouble()));
    int height = (int) (sizePx * (COVER_LEAST + (COVER_MOST - COVER_LEAST) * random.nextDouble()));
    int left = random.nextInt(sizePx - width + 1);
    int top = random.nextInt(sizePx - height + 1);
    for (int c = 0; c < 3; c++) {
      float value = (float) random.nextDouble();
      for (int y = top; y < top + height; y++) {
        int row = (c * sizePx + y) * sizePx;
        Arrays.fill(pixels, row + left, row + left + width, value);
      }
    }
  }

  private static float unit(float value) {
    return Math.max(0f, Math.min(1f, value));
  }

  /** Uniform in [-1, 1). */
  private static double symmetric(SplittableRandom random) {
    return 2 * random.nextDouble() - 1;
  }
}
