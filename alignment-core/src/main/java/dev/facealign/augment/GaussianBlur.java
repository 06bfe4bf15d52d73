package dev.facealign.augment;

/** A Gaussian blur of planar pictures, along rows and then along columns. */
final class GaussianBlur {

  /** Below this, a blur changes nothing that could be seen. */
  private static final double LEAST = 0.25;

  /** A kernel reaches so many standard deviations. */
  private static final double REACH = 3;

  private GaussianBlur() {}

  /**
   * Blurs a picture in place; beyond its edge the pixels of the edge go on.
   *
   * @param deviation standard deviation, pixels
   * @param side side of the square picture, pixels
   * @param planes all red, all green, all blue
   */
  static void apply(double deviation, int side, float[] planes) {
    if (deviation < LEAST) {
      return;
    }
    float[] kernel = kernel(deviation);
    int radius = kernel.length / 2;
    int area = side * side;
    float[] line = new float[side + 2 * radius];
    for (int plane = 0; plane < planes.length; plane += area) {
      for (int row = 0; row < side; row++) {
        along(planes, plane + row * side, 1, side, kernel, line);
      }
      for (int column = 0; column < side; column++) {
        along(planes, plane + column, side, side, kernel, line);
      }
    }
  }

  /** Its numbers add up to 1. */
  private static float[] kernel(double deviation) {
    int radius = (int) Math.ceil(REACH * deviation);
    double[] weights = new double[2 * radius + 1];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double distance = (i - radius) / deviation;
      weights[i] = Math.exp(-distance * distance / 2);
      sum += weights[i];
    }
    float[] kernel = new float[weights.length];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) (weights[i] / sum);
    }
    return kernel;
  }

  private static void along(
      float[] planes, int start, int step, int count, float[] kernel, float[] line) {
    int radius = kernel.length / 2;
    for (int i = 0; i < line.length; i++) {
      int at = Math.max(0, Math.min(count - 1, i - radius));
      line[i] = planes[start + at * step];
    }
    for (int i = 0; i < count; i++) {
      float sum = 0;
      for (int k = 0; k < kernel.length; k++) {
        sum += kernel[k] * line[i + k];
      }
      planes[start + i * step] = sum;
    }
  }
}
