package dev.facealign.trainer.network;

import dev.facealign.trainer.job.NetworkKind;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network is made of: a trunk of layers, global average pooling, dropout and one linear
 * layer. Plain data, read by {@link Network}, which computes, and by the ONNX export, which writes.
 *
 * @param layers the trunk
 * @param batchNormEpsilon added to the variance before the root
 */
public record Architecture(List<Layer> layers, float batchNormEpsilon) {

  /** Name of the linear layer's matrix: [outputs, features]. */
  public static final String HEAD_KERNEL = "head/kernel";

  /** Name of the linear layer's offset: [outputs]. */
  public static final String HEAD_BIAS = "head/bias";

  /** Name of the certainty head's matrix: [outputs / 2, features]. */
  public static final String CERTAINTY_KERNEL = "certainty/kernel";

  /** Name of the certainty head's offset: [outputs / 2]. */
  public static final String CERTAINTY_BIAS = "certainty/bias";

  private static final float KERAS_EPSILON = 1e-3f;

  public Architecture {
    layers = List.copyOf(layers);
  }

  /** The architecture of a kind, as Keras defines it (METHOD 4). */
  public static Architecture of(NetworkKind kind) {
    return switch (kind) {
      case MOBILENET_V2 -> mobileNetV2();
      case EFFICIENTNET_B0 -> efficientNet(1.0, 1.0);
      case EFFICIENTNET_B3 -> efficientNet(1.2, 1.4);
    };
  }

  /** Channels that the linear layer sees. */
  public int features() {
    return layers.get(layers.size() - 1).outputChannels();
  }

  /** All convolutions, in the order of computing. */
  public List<ConvolutionLayer> convolutions() {
    return layers.stream().flatMap(layer -> layer.convolutions().stream()).toList();
  }

  /** MobileNetV2 (Sandler et al., CVPR 2018), width 1.0. */
  private static Architecture mobileNetV2() {
    // Widening factor, channels, blocks, stride of the first block.
    int[][] groups = {
      {1, 16, 1, 1},
      {6, 24, 2, 2},
      {6, 32, 3, 2},
      {6, 64, 4, 2},
      {6, 96, 3, 1},
      {6, 160, 3, 2},
      {6, 320, 1, 1}
    };
    List<Layer> layers = new ArrayList<>();
    layers.add(new ConvolutionLayer("stem", 3, 32, 3, 2, 1, Activation.RELU6));
    int channels = 32;
    int index = 0;
    for (int[] group : groups) {
      for (int block = 0; block < group[2]; block++) {
        int stride = block == 0 ? group[3] : 1;
        layers.add(invertedResidual("block" + index++, channels, group[1], group[0], stride));
        channels = group[1];
      }
    }
    layers.add(new ConvolutionLayer("last", channels, 1280, 1, 1, 1, Activation.RELU6));
    return new Architecture(layers, KERAS_EPSILON);
  }

  private static InvertedResidual invertedResidual(
      String name, int input, int output, int factor, int stride) {
    int wide = input * factor;
    return new InvertedResidual(
        factor == 1
            ? null
            : new ConvolutionLayer(name + "/expand", input, wide, 1, 1, 1, Activation.RELU6),
        new ConvolutionLayer(name + "/depthwise", wide, wide, 3, stride, wide, Activation.RELU6),
        null,
        new ConvolutionLayer(name + "/project", wide, output, 1, 1, 1, Activation.NONE),
        stride == 1 && input == output);
  }

  /**
   * EfficientNet (Tan and Le, ICML 2019): B0's groups, widened and deepened. Keras puts a rescaling
   * and a normalisation of the input before it; pictures are in [0, 1] here, so that nothing is
   * left of them, and neither has a learnt number.
   *
   * @param width factor of the numbers of channels
   * @param depth factor of the numbers of blocks
   */
  private static Architecture efficientNet(double width, double depth) {
    // Widening factor, channels, blocks, stride of the first block, kernel.
    int[][] groups = {
      {1, 16, 1, 1, 3},
      {6, 24, 2, 2, 3},
      {6, 40, 2, 2, 5},
      {6, 80, 3, 2, 3},
      {6, 112, 3, 1, 5},
      {6, 192, 4, 2, 5},
      {6, 320, 1, 1, 3}
    };
    int channels = widened(32, width);
    List<Layer> layers = new ArrayList<>();
    layers.add(new ConvolutionLayer("stem", 3, channels, 3, 2, 1, Activation.SWISH));
    int index = 0;
    for (int[] group : groups) {
      int output = widened(group[1], width);
      int blocks = (int) Math.ceil(group[2] * depth);
      for (int block = 0; block < blocks; block++) {
        int stride = block == 0 ? group[3] : 1;
        layers.add(mobileBlock("block" + index++, channels, output, group[0], stride, group[4]));
        channels = output;
      }
    }
    int last = widened(1280, width);
    layers.add(new ConvolutionLayer("last", channels, last, 1, 1, 1, Activation.SWISH));
    return new Architecture(layers, KERAS_EPSILON);
  }

  /** To the nearest multiple of eight that is not more than a tenth below. */
  private static int widened(int channels, double width) {
    double wanted = channels * width;
    int rounded = Math.max(8, (int) (wanted + 4) / 8 * 8);
    return rounded < 0.9 * wanted ? rounded + 8 : rounded;
  }

  private static InvertedResidual mobileBlock(
      String name, int input, int output, int factor, int stride, int kernel) {
    int wide = input * factor;
    return new InvertedResidual(
        factor == 1
            ? null
            : new ConvolutionLayer(name + "/expand", input, wide, 1, 1, 1, Activation.SWISH),
        new ConvolutionLayer(
            name + "/depthwise", wide, wide, kernel, stride, wide, Activation.SWISH),
        // A quarter of the block's narrow input, not of what is weighed.
        new SqueezeExcitation(name + "/squeeze", wide, Math.max(1, input / 4)),
        new ConvolutionLayer(name + "/project", wide, output, 1, 1, 1, Activation.NONE),
        stride == 1 && input == output);
  }
}
