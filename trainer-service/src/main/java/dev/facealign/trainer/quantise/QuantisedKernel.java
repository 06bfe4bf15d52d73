package dev.facealign.trainer.quantise;

/**
 * A convolution's numbers as integers: the kernel signed 8-bit and symmetric, one scale for each
 * output channel; the bias 32-bit, in units of the products it is added to.
 */
final class QuantisedKernel {

  /**
   * Largest magnitude of a kernel's integer. 7 of the 8 bits, because processors with AVX2 or
   * AVX-512 but without VNNI add two products of an activation (up to 255) and a kernel's number in
   * 16 bits: 2 x 255 x 64 fits, 2 x 255 x 127 is cut off without a word. So a file gives the same
   * on every machine and under every setting of the runtime.
   */
  static final int LARGEST = 64;

  /** Biases stay far from where 32-bit sums overflow. */
  private static final double LARGEST_BIAS = 1 << 29;

  private final byte[] kernel;
  private final float[] scales;
  private final int[] bias;
  private final float[] biasScales;

  private QuantisedKernel(byte[] kernel, float[] scales, int[] bias, float[] biasScales) {
    this.kernel = kernel;
    this.scales = scales;
    this.bias = bias;
    this.biasScales = biasScales;
  }

  /**
   * Quantises.
   *
   * @param kernel output channel after output channel
   * @param bias one number an output channel
   * @param inputScale of the activation that the kernel is applied to
   */
  static QuantisedKernel of(float[] kernel, float[] bias, float inputScale) {
    int numbers = kernel.length / bias.length;
    byte[] integers = new byte[kernel.length];
    float[] scales = new float[bias.length];
    int[] integerBias = new int[bias.length];
    float[] biasScales = new float[bias.length];
    for (int c = 0; c < bias.length; c++) {
      double largest = 0;
      for (int i = c * numbers; i < (c + 1) * numbers; i++) {
        largest = Math.max(largest, Math.abs(kernel[i]));
      }
      // A channel that is hardly more than its bias: in steps this fine the bias would not fit.
      double least = Math.abs(bias[c]) / (inputScale * LARGEST_BIAS);
      double scale = Math.max(largest / LARGEST, least);
      scales[c] = scale * inputScale >= Float.MIN_NORMAL ? (float) scale : 1f;
      for (int i = c * numbers; i < (c + 1) * numbers; i++) {
        double nearest = Math.rint((double) kernel[i] / scales[c]);
        integers[i] = (byte) Math.max(-LARGEST, Math.min(LARGEST, nearest));
      }
      biasScales[c] = inputScale * scales[c];
      integerBias[c] = (int) Math.rint((double) bias[c] / biasScales[c]);
    }
    return new QuantisedKernel(integers, scales, integerBias, biasScales);
  }

  /** In [-{@value #LARGEST}, {@value #LARGEST}]; not a copy. */
  byte[] kernel() {
    return kernel;
  }

  /** Real numbers a step of the kernel's integers, one an output channel; not a copy. */
  float[] scales() {
    return scales;
  }

  /** One an output channel; not a copy. */
  int[] bias() {
    return bias;
  }

  /** Real numbers a step of the bias's integers: the activation's scale times the kernel's. */
  float[] biasScales() {
    return biasScales;
  }

  /** What the kernel's integer at an index means. */
  double real(int index) {
    return (double) scales[index / (kernel.length / scales.length)] * kernel[index];
  }
}
