package dev.facealign.image;

import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Affine;
import java.util.Arrays;

/**
 * Cuts a network's input out of a picture: bilinear, and where the picture is made smaller, the
 * mean of n x n bilinear samples a pixel, n being the factor rounded up, so that no pixel of the
 * picture is passed over. Outside of the picture all is black.
 */
public final class CropSampler {
  /**
   * More samples than this a side would hold up a server for what a rotated giant picture gains by
   * them.
   */
  private static final int MOST_SAMPLES = 16;

  private static final float TO_UNIT = 1 / 255f;
  private static final float[] UNIT_OF_BYTE = new float[256];

  static {
    for (int i = 0; i < UNIT_OF_BYTE.length; i++) {
      UNIT_OF_BYTE[i] = TO_UNIT * i;
    }
  }

  private CropSampler() {}

  /**
   * Samples a square crop.
   *
   * @param image the picture
   * @param cropPixelToImage from crop coordinates (centre of the first crop pixel at (0.5, 0.5)) to
   *     image coordinates (centre of the first pixel at (0, 0)), such as {@link
   *     dev.facealign.crop.CropRegion#cropToImage}
   * @param sizePx side of the crop, pixels, above 0
   * @param chw takes all red values row by row, then green, then blue, each in [0, 1]: 3 x sizePx x
   *     sizePx numbers
   * @param offset where in {@code chw} they begin
   */
  public static void sample(
      RgbImage image, Affine cropPixelToImage, int sizePx, float[] chw, int offset) {
    if (sizePx <= 0) {
      throw FaultException.invalid("crop.sizePx", sizePx, "> 0");
    }
    if (offset < 0 || chw.length - offset < 3L * sizePx * sizePx) {
      throw FaultException.invalid(
          "crop.offset", offset, "room for " + 3L * sizePx * sizePx + " of " + chw.length);
    }
    if (cropPixelToImage.m01() == 0 && cropPixelToImage.m10() == 0) {
      sampleUpright(image, cropPixelToImage, sizePx, chw, offset);
    } else {
      sampleTurned(image, cropPixelToImage, sizePx, chw, offset);
    }
  }

  /** Without rotation the samples' means come apart into rows and columns, which costs far less. */
  private static void sampleUpright(RgbImage image, Affine map, int size, float[] chw, int offset) {
    Taps columns = Taps.of(map.m00(), map.m02(), size, image.width());
    Taps rows = Taps.of(map.m11(), map.m12(), size, image.height());
    byte[] rgb = image.rgb();
    int plane = size * size;
    int stride = 3 * image.width();
    if (columns.takesPixelsAsTheyAre() && rows.takesPixelsAsTheyAre()) {
      copy(rgb, 3 * columns.first(0), rows.first(0), stride, size, chw, offset);
      return;
    }
    // One row of the picture brought to the crop's width, red, green and blue behind each other;
    // neighbouring crop rows share it.
    float[][] ring = new float[rows.widest() + 1][3 * size];
    int[] ringRow = new int[ring.length];
    Arrays.fill(ringRow, -1);
    float[] sum = new float[3 * size];
    for (int cy = 0; cy < size; cy++) {
      Arrays.fill(sum, 0f);
      for (int t = 0; t < rows.count(cy); t++) {
        int y = rows.first(cy) + t;
        int slot = y % ring.length;
        if (ringRow[slot] != y) {
          columns.apply(rgb, y * stride, ring[slot]);
          ringRow[slot] = y;
        }
        addScaled(sum, ring[slot], rows.weight(cy, t) * TO_UNIT);
      }
      for (int c = 0; c < 3; c++) {
        System.arraycopy(sum, c * size, chw, offset + c * plane + cy * size, size);
      }
    }
  }

  /** A crop that its caller has made of the very size needs no sampling. */
  private static void copy(
      byte[] rgb, int left, int top, int stride, int size, float[] chw, int offset) {
    int plane = size * size;
    int to = offset;
    for (int row = top; row < top + size; row++) {
      int from = row * stride + left;
      for (int cx = 0; cx < size; cx++) {
        chw[to] = UNIT_OF_BYTE[rgb[from] & 0xff];
        chw[to + plane] = UNIT_OF_BYTE[rgb[from + 1] & 0xff];
        chw[to + 2 * plane] = UNIT_OF_BYTE[rgb[from + 2] & 0xff];
        from += 3;
        to++;
      }
    }
  }

  /** Small and alone, so that the JIT makes vector instructions of it. */
  private static void addScaled(float[] sum, float[] values, float weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * values[i];
    }
  }

  private static void sampleTurned(RgbImage image, Affine map, int size, float[] chw, int offset) {
    double perPixel = Math.max(Math.hypot(map.m00(), map.m10()), Math.hypot(map.m01(), map.m11()));
    int n = (int) Math.max(1, Math.min(MOST_SAMPLES, Math.ceil(perPixel - 1e-6)));
    int plane = size * size;
    float scale = TO_UNIT / (n * n);
    float[] sum = new float[3];
    for (int cy = 0; cy < size; cy++) {
      for (int cx = 0; cx < size; cx++) {
        sum[0] = 0;
        sum[1] = 0;
        sum[2] = 0;
        for (int sy = 0; sy < n; sy++) {
          double py = cy + (sy + 0.5) / n;
          for (int sx = 0; sx < n; sx++) {
            double px = cx + (sx + 0.5) / n;
            addBilinear(image, map.x(px, py), map.y(px, py), sum);
          }
        }
        int at = offset + cy * size + cx;
        chw[at] = sum[0] * scale;
        chw[at + plane] = sum[1] * scale;
        chw[at + 2 * plane] = sum[2] * scale;
      }
    }
  }

  private static void addBilinear(RgbImage image, double x, double y, float[] sum) {
    int width = image.width();
    int height = image.height();
    // Also false for NaN.
    if (!(x > -1 && y > -1 && x < width && y < height)) {
      return;
    }
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    float right = (float) (x - left);
    float lower = (float) (y - top);
    byte[] rgb = image.rgb();
    for (int dy = 0; dy <= 1; dy++) {
      int row = top + dy;
      if (row < 0 || row >= height) {
        continue;
      }
      float byRow = dy == 0 ? 1 - lower : lower;
      for (int dx = 0; dx <= 1; dx++) {
        int column = left + dx;
        if (column < 0 || column >= width) {
          continue;
        }
        float weight = byRow * (dx == 0 ? 1 - right : right);
        int at = 3 * (row * width + column);
        sum[0] += weight * (rgb[at] & 0xff);
        sum[1] += weight * (rgb[at + 1] & 0xff);
        sum[2] += weight * (rgb[at + 2] & 0xff);
      }
    }
  }

  /** For each crop pixel along one axis, the picture's pixels it is made of and their weights. */
  private static final class Taps {
    /** Of a byte, less than what a float can tell from nothing beside the whole. */
    private static final double NO_WEIGHT = 1e-8;

    private final int[] first;
    private final float[][] weights;
    private final int widest;

    private Taps(int[] first, float[][] weights, int widest) {
      this.first = first;
      this.weights = weights;
      this.widest = widest;
    }

    /**
     * @param perPixel picture pixels a crop pixel; may be negative, which mirrors
     * @param origin image coordinate of crop coordinate 0
     * @param size crop pixels
     * @param length picture pixels along the axis
     */
    static Taps of(double perPixel, double origin, int size, int length) {
      double samples = Math.max(1, Math.ceil(Math.abs(perPixel) - 1e-6));
      // A crop pixel wider than the picture needs no more samples than pixels there are, twice
      // over.
      int n = (int) Math.min(samples, 2.0 * length + 2);
      int[] first = new int[size];
      float[][] weights = new float[size][];
      int widest = 0;
      for (int i = 0; i < size; i++) {
        double from = origin + perPixel * i;
        double to = origin + perPixel * (i + 1);
        double low = Math.max(0, Math.floor(Math.min(from, to)));
        double high = Math.min(length - 1.0, Math.ceil(Math.max(from, to)));
        if (!(low <= high)) {
          weights[i] = new float[0];
          continue;
        }
        first[i] = (int) low;
        double[] sums = new double[(int) high - first[i] + 1];
        for (int s = 0; s < n; s++) {
          double at = origin + perPixel * (i + (s + 0.5) / n);
          double left = Math.floor(at);
          addTap(sums, left - first[i], (1 - (at - left)) / n);
          addTap(sums, left + 1 - first[i], (at - left) / n);
        }
        // Where samples meet pixels, their neighbours weigh nothing, or as good as nothing.
        int begin = 0;
        int end = sums.length;
        while (begin < end && sums[begin] < NO_WEIGHT) {
          begin++;
        }
        while (end > begin && sums[end - 1] < NO_WEIGHT) {
          end--;
        }
        first[i] += begin;
        weights[i] = new float[end - begin];
        for (int t = begin; t < end; t++) {
          weights[i][t - begin] = (float) sums[t];
        }
        widest = Math.max(widest, weights[i].length);
      }
      return new Taps(first, weights, widest);
    }

    private static void addTap(double[] sums, double index, double weight) {
      if (index >= 0 && index < sums.length) {
        sums[(int) index] += weight;
      }
    }

    /** Whether every crop pixel is one pixel of the picture, each the next of the one before. */
    boolean takesPixelsAsTheyAre() {
      for (int i = 0; i < first.length; i++) {
        if (weights[i].length != 1 || weights[i][0] != 1 || first[i] != first[0] + i) {
          return false;
        }
      }
      return true;
    }

    int first(int i) {
      return first[i];
    }

    int count(int i) {
      return weights[i].length;
    }

    float weight(int i, int t) {
      return weights[i][t];
    }

    int widest() {
      return widest;
    }

    void apply(byte[] rgb, int row, float[] narrowed) {
      int size = first.length;
      for (int i = 0; i < size; i++) {
        float red = 0;
        float green = 0;
        float blue = 0;
        int at = row + 3 * first[i];
        for (float weight : weights[i]) {
          red += weight * (rgb[at] & 0xff);
          green += weight * (rgb[at + 1] & 0xff);
          blue += weight * (rgb[at + 2] & 0xff);
          at += 3;
        }
        narrowed[i] = red;
        narrowed[size + i] = green;
        narrowed[2 * size + i] = blue;
      }
    }
  }
}
