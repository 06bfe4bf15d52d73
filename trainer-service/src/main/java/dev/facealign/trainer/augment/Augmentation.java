package dev.facealign.trainer.augment;

import dev.facealign.geometry.Affine;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.trainer.job.AugmentationSpec;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Random changes of training crops (METHOD 4): one affine map of the picture and of the points,
 * contrast, brightness and colour, a covered rectangle. What lies outside of the picture is black.
 * Safe for use by several threads.
 */
public final class Augmentation {

  private static final double COVER_LEAST = 0.1;
  private static final double COVER_MOST = 0.4;

  private final AugmentationSpec spec;
  private final LandmarkScheme scheme;
  private final int sizePx;

  /**
   * Makes the changes of a run.
   *
   * @param spec how much is changed
   * @param scheme tells which point a point becomes in a mirror
   * @param sizePx side of the network's input
   */
  public Augmentation(AugmentationSpec spec, LandmarkScheme scheme, int sizePx) {
    this.spec = spec;
    this.scheme = scheme;
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
  void apply(
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

    if (random.nextDouble() < spec.occlusionProbability()) {
      cover(random, pixels);
    }
  }

  /**
   * From labels of the crop as it is to labels of the changed crop; angles are kept in crops that
   * are not square.
   */
  private Affine drawMap(FaceCrop face, SplittableRandom random, boolean mirrored) {
    double angle = Math.toRadians(spec.rotationDegrees()) * symmetric(random);
    double scale = 1 + spec.scale() * symmetric(random);
    double dx = spec.shift() * symmetric(random);
    double dy = spec.shift() * symmetric(random);
    double width = face.region().width();
    double height = face.region().height();
    return Affine.scale(width, height)
        .then(Affine.rotation(angle))
        .then(Affine.scale((mirrored ? -scale : scale) / width, scale / height))
        .then(Affine.translate(dx, dy));
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
