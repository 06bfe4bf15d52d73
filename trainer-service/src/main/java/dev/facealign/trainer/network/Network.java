package dev.facealign.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import dev.facealign.trainer.network.TensorSpec.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes an {@link Architecture} on DJL arrays. Holds no weights: the same network computes with
 * the weights being trained and with their average.
 *
 * <p><b>Turned by 180°.</b> TensorFlow's "same" padding puts a surplus row below and a surplus
 * column to the right, and PyTorch's symmetric padding, at stride 2 and an even side, uses only the
 * rows above and to the left. The one is the other for a picture turned by 180°. So pictures are
 * turned once on entry, all kernels here are Keras's turned by 180°, and padding costs nothing;
 * global pooling forgets the turn. {@link #turned} turns a kernel for the world outside.
 *
 * <p>Batch normalisation keeps 0.9 of its running statistics a step where Keras keeps 0.999: a run
 * of a thousand steps is over before 0.999 has forgotten the start, and the averaged weights smooth
 * the statistics as well.
 */
public final class Network {

  private static final float STATISTICS_KEPT = 0.9f;

  /** DJL's way of saying: channels are where PyTorch has them, without a swap of axes. */
  private static final int NATIVE_AXIS = -1;

  private static final Shape DILATION = new Shape(1, 1);

  private final Architecture architecture;
  private final int outputs;
  private final float dropout;
  private final List<TensorSpec> tensors;

  /**
   * Makes a network.
   *
   * @param architecture what it is made of
   * @param outputs numbers that come out: twice the landmarks
   * @param dropout share of features dropped before the linear layer in training, in [0, 1)
   */
  public Network(Architecture architecture, int outputs, double dropout) {
    this.architecture = architecture;
    this.outputs = outputs;
    this.dropout = (float) dropout;
    this.tensors = tensorsOf(architecture, outputs);
  }

  /** What it is made of. */
  public Architecture architecture() {
    return architecture;
  }

  /** Numbers that come out. */
  public int outputs() {
    return outputs;
  }

  /** The tensors it needs, in the order of computing. */
  public List<TensorSpec> tensors() {
    return tensors;
  }

  /** Numbers the optimiser changes: 2,398,088 for MobileNetV2 with 136 outputs. */
  public long learntNumbers() {
    return tensors.stream().filter(t -> t.role().learnt()).mapToLong(t -> t.shape().size()).sum();
  }

  private static List<TensorSpec> tensorsOf(Architecture architecture, int outputs) {
    List<TensorSpec> all = new ArrayList<>();
    for (ConvolutionLayer c : architecture.convolutions()) {
      Shape channels = new Shape(c.outputChannels());
      all.add(
          new TensorSpec(
              c.kernelName(),
              new Shape(c.outputChannels(), c.inputChannels() / c.groups(), c.kernel(), c.kernel()),
              Role.KERNEL));
      all.add(new TensorSpec(c.gammaName(), channels, Role.GAMMA));
      all.add(new TensorSpec(c.betaName(), channels, Role.BETA));
      all.add(new TensorSpec(c.meanName(), channels, Role.MEAN));
      all.add(new TensorSpec(c.varianceName(), channels, Role.VARIANCE));
    }
    all.add(
        new TensorSpec(
            Architecture.HEAD_KERNEL,
            new Shape(outputs, architecture.features()),
            Role.HEAD_KERNEL));
    all.add(new TensorSpec(Architecture.HEAD_BIAS, new Shape(outputs), Role.HEAD_BIAS));
    return List.copyOf(all);
  }

  /**
   * Forward pass that learns: batch statistics (the running ones are updated in place), dropout,
   * gradients.
   */
  public NDArray train(Weights weights, NDArray pictures) {
    return forward(weights, pictures, true);
  }

  /**
   * Forward pass that only predicts.
   *
   * @param pictures [N, 3, S, S], RGB in [0, 1]
   * @return [N, outputs], attached to the manager of {@code pictures}
   */
  public NDArray predict(Weights weights, NDArray pictures) {
    return forward(weights, pictures, false);
  }

  /**
   * Handles are closed as soon as nothing here reads them; autograd keeps what its backward pass
   * needs.
   */
  private NDArray forward(Weights weights, NDArray pictures, boolean training) {
    NDArray x = pictures.flip(2, 3);
    for (Layer layer : architecture.layers()) {
      NDArray y = layer(layer, weights, x, training);
      x.close();
      x = y;
    }
    NDArray pooled = Pool.globalAvgPool2d(x);
    x.close();
    NDArray kept = pooled;
    if (training && dropout > 0) {
      kept = Dropout.dropout(pooled, dropout, true).singletonOrThrow();
      pooled.close();
    }
    NDArray out =
        Linear.linear(
                kept, weights.get(Architecture.HEAD_KERNEL), weights.get(Architecture.HEAD_BIAS))
            .singletonOrThrow();
    kept.close();
    return out;
  }

  /** Leaves {@code x} open. */
  private NDArray layer(Layer layer, Weights weights, NDArray x, boolean training) {
    if (layer instanceof ConvolutionLayer convolution) {
      return convolve(convolution, weights, x, training);
    }
    InvertedResidual block = (InvertedResidual) layer;
    NDArray wide = block.expand() == null ? x : convolve(block.expand(), weights, x, training);
    NDArray filtered = convolve(block.depthwise(), weights, wide, training);
    if (wide != x) {
      wide.close();
    }
    NDArray narrow = convolve(block.project(), weights, filtered, training);
    filtered.close();
    if (!block.residual()) {
      return narrow;
    }
    NDArray sum = x.add(narrow);
    narrow.close();
    return sum;
  }

  /** Leaves {@code x} open. */
  private NDArray convolve(ConvolutionLayer layer, Weights weights, NDArray x, boolean training) {
    Shape stride = new Shape(layer.stride(), layer.stride());
    Shape padding = new Shape(layer.kernel() / 2, layer.kernel() / 2);
    NDArray filtered =
        Conv2d.conv2d(
                x, weights.get(layer.kernelName()), null, stride, padding, DILATION, layer.groups())
            .singletonOrThrow();
    NDArray normal =
        BatchNorm.batchNorm(
                filtered,
                weights.get(layer.meanName()),
                weights.get(layer.varianceName()),
                weights.get(layer.gammaName()),
                weights.get(layer.betaName()),
                NATIVE_AXIS,
                STATISTICS_KEPT,
                architecture.batchNormEpsilon(),
                training)
            .singletonOrThrow();
    filtered.close();
    return switch (layer.activation()) {
      case NONE -> normal;
      case RELU6 -> relu6(normal, training);
    };
  }

  /** Closes {@code x}. */
  private static NDArray relu6(NDArray x, boolean training) {
    if (!training) {
      NDArray y = x.clip(0f, 6f);
      x.close();
      return y;
    }
    // relu(x) - relu(x - 6): the backward pass of clip costs a quarter of a step.
    try (NDArray over = x.sub(6f);
        NDArray cut = ai.djl.nn.Activation.relu(over);
        NDArray positive = ai.djl.nn.Activation.relu(x)) {
      x.close();
      return positive.sub(cut);
    }
  }

  /** A kernel turned by 180°: from this class's orientation to Keras's and ONNX's, or back. */
  public static Tensor turned(Tensor kernel) {
    long[] shape = kernel.shape();
    int area = Math.toIntExact(shape[2] * shape[3]);
    float[] from = kernel.values();
    float[] to = new float[from.length];
    for (int start = 0; start < from.length; start += area) {
      for (int i = 0; i < area; i++) {
        to[start + i] = from[start + area - 1 - i];
      }
    }
    return new Tensor(shape, to);
  }
}
