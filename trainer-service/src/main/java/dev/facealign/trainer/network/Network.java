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
 * <p><b>Random numbers</b> are the engine's: what is drawn in a training step (dropout,
 * drop-connect) depends on the seed the engine was given before it alone.
 */
public final class Network {

  /** DJL's way of saying: channels are where PyTorch has them, without a swap of axes. */
  private static final int NATIVE_AXIS = -1;

  private static final Shape DILATION = new Shape(1, 1);

  private final Architecture architecture;
  private final int outputs;
  private final boolean certainty;
  private final Regularisation regularisation;
  private final List<TensorSpec> tensors;

  /** For each layer of the trunk, the share of faces that go past it. */
  private final double[] dropConnect;

  /**
   * Makes a network that gives landmarks alone.
   *
   * @param architecture what it is made of
   * @param outputs numbers that come out: twice the landmarks
   * @param regularisation how it computes in training
   */
  public Network(Architecture architecture, int outputs, Regularisation regularisation) {
    this(architecture, outputs, regularisation, false);
  }

  /**
   * Makes a network.
   *
   * @param architecture what it is made of
   * @param outputs numbers that come out: twice the landmarks
   * @param regularisation how it computes in training
   * @param certainty with a second linear layer on the same features, detached, that gives a number
   *     for each landmark
   */
  public Network(
      Architecture architecture, int outputs, Regularisation regularisation, boolean certainty) {
    this.architecture = architecture;
    this.outputs = outputs;
    this.certainty = certainty;
    this.regularisation = regularisation;
    this.tensors = tensorsOf(architecture, outputs, certainty);
    this.dropConnect = dropConnectOf(architecture, regularisation.dropConnect());
  }

  private static double[] dropConnectOf(Architecture architecture, double last) {
    List<Layer> layers = architecture.layers();
    long blocks = layers.stream().filter(layer -> layer instanceof InvertedResidual).count();
    double[] shares = new double[layers.size()];
    int block = 0;
    for (int i = 0; i < shares.length; i++) {
      if (layers.get(i) instanceof InvertedResidual) {
        // Keras counts the blocks from 0, so that even the last one has less than the share named.
        shares[i] = last * block++ / blocks;
      }
    }
    return shares;
  }

  /** What it is made of. */
  public Architecture architecture() {
    return architecture;
  }

  /** Numbers that come out: twice the landmarks. */
  public int outputs() {
    return outputs;
  }

  /** Whether it has a certainty head. */
  public boolean hasCertainty() {
    return certainty;
  }

  /** The tensors it needs, in the order of computing. */
  public List<TensorSpec> tensors() {
    return tensors;
  }

  /**
   * Numbers the optimiser changes; with 136 outputs and no certainty head 2,398,088 for
   * MobileNetV2, 4,181,764 for EfficientNet-B0 and 10,905,264 for B3, Keras's "trainable params".
   */
  public long learntNumbers() {
    return tensors.stream().filter(t -> t.role().learnt()).mapToLong(t -> t.shape().size()).sum();
  }

  private static List<TensorSpec> tensorsOf(
      Architecture architecture, int outputs, boolean certainty) {
    List<TensorSpec> all = new ArrayList<>();
    architecture.layers().forEach(layer -> all.addAll(layer.tensors()));
    all.add(
        new TensorSpec(
            Architecture.HEAD_KERNEL,
            new Shape(outputs, architecture.features()),
            Role.HEAD_KERNEL));
    all.add(new TensorSpec(Architecture.HEAD_BIAS, new Shape(outputs), Role.HEAD_BIAS));
    if (certainty) {
      int landmarks = outputs / 2;
      Shape matrix = new Shape(landmarks, architecture.features());
      all.add(new TensorSpec(Architecture.CERTAINTY_KERNEL, matrix, Role.CERTAINTY_KERNEL));
      all.add(
          new TensorSpec(Architecture.CERTAINTY_BIAS, new Shape(landmarks), Role.CERTAINTY_BIAS));
    }
    return List.copyOf(all);
  }

  /**
   * Forward pass that learns: batch statistics (the running ones are updated in place), dropout,
   * gradients.
   */
  public Prediction train(Weights weights, NDArray pictures) {
    return forward(weights, pictures, true);
  }

  /**
   * Forward pass that only predicts.
   *
   * @param pictures [N, 3, S, S], RGB in [0, 1]
   * @return attached to the manager of {@code pictures}
   */
  public Prediction predict(Weights weights, NDArray pictures) {
    return forward(weights, pictures, false);
  }

  /**
   * Handles are closed as soon as nothing here reads them; autograd keeps what its backward pass
   * needs.
   */
  private Prediction forward(Weights weights, NDArray pictures, boolean training) {
    NDArray x =
        pictures.getDevice().isGpu()
            ? pictures.flip(2, 3)
            : TorchFunction.TURN_CHANNELS_LAST.of(pictures);
    for (int i = 0; i < dropConnect.length; i++) {
      double dropped = training ? dropConnect[i] : 0;
      NDArray y = layer(architecture.layers().get(i), weights, x, training, dropped);
      x.close();
      x = y;
    }
    NDArray pooled = Pool.globalAvgPool2d(x);
    x.close();
    NDArray logErrors = certainty ? certainty(weights, pooled) : null;
    NDArray kept = pooled;
    if (training && regularisation.dropout() > 0) {
      kept = Dropout.dropout(pooled, (float) regularisation.dropout(), true).singletonOrThrow();
      pooled.close();
    }
    NDArray landmarks = linear(weights, kept, Architecture.HEAD_KERNEL, Architecture.HEAD_BIAS);
    kept.close();
    return new Prediction(landmarks, logErrors);
  }

  /** Detached: what this head learns must not move a landmark. Leaves {@code features} open. */
  private static NDArray certainty(Weights weights, NDArray features) {
    try (NDArray detached = features.stopGradient()) {
      return linear(weights, detached, Architecture.CERTAINTY_KERNEL, Architecture.CERTAINTY_BIAS);
    }
  }

  private static NDArray linear(Weights weights, NDArray x, String kernel, String bias) {
    return Linear.linear(x, weights.get(kernel), weights.get(bias)).singletonOrThrow();
  }

  /** Leaves {@code x} open. */
  private NDArray layer(Layer layer, Weights weights, NDArray x, boolean training, double dropped) {
    if (layer instanceof ConvolutionLayer convolution) {
      return convolve(convolution, weights, x, training);
    }
    InvertedResidual block = (InvertedResidual) layer;
    NDArray wide = block.expand() == null ? x : convolve(block.expand(), weights, x, training);
    NDArray filtered = convolve(block.depthwise(), weights, wide, training);
    if (wide != x) {
      wide.close();
    }
    if (block.squeeze() != null) {
      NDArray weighed = weigh(block.squeeze(), weights, filtered);
      filtered.close();
      filtered = weighed;
    }
    NDArray narrow = convolve(block.project(), weights, filtered, training);
    filtered.close();
    if (!block.residual()) {
      return narrow;
    }
    narrow = dropConnect(narrow, dropped);
    NDArray sum = x.add(narrow);
    narrow.close();
    return sum;
  }

  /** Leaves {@code x} open. */
  private static NDArray weigh(SqueezeExcitation layer, Weights weights, NDArray x) {
    NDArray means = Pool.globalAvgPool2d(x);
    NDArray squeezed =
        activate(
            TorchFunction.SWISH,
            linear(weights, means, layer.reduceKernelName(), layer.reduceBiasName()));
    means.close();
    try (NDArray excited =
            linear(weights, squeezed, layer.expandKernelName(), layer.expandBiasName());
        NDArray factors = ai.djl.nn.Activation.sigmoid(excited);
        NDArray spread = factors.reshape(x.getShape().get(0), layer.channels(), 1, 1)) {
      squeezed.close();
      return x.mul(spread);
    }
  }

  /**
   * Sets a share of the faces to zero and makes the others larger, so that the mean stays. Closes
   * {@code x} where it gives another array.
   */
  private static NDArray dropConnect(NDArray x, double share) {
    if (share == 0) {
      return x;
    }
    double kept = 1 - share;
    Shape faces = new Shape(x.getShape().get(0), 1, 1, 1);
    try (NDArray drawn = x.getManager().randomUniform(0f, 1f, faces);
        NDArray below = drawn.lt(kept);
        NDArray ones = below.toType(x.getDataType(), false);
        NDArray factors = ones.div(kept)) {
      NDArray y = x.mul(factors);
      x.close();
      return y;
    }
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
                (float) regularisation.statisticsKept(),
                architecture.batchNormEpsilon(),
                training)
            .singletonOrThrow();
    filtered.close();
    return switch (layer.activation()) {
      case NONE -> normal;
      case RELU6 -> activate(TorchFunction.RELU6, normal);
      case SWISH -> activate(TorchFunction.SWISH, normal);
    };
  }

  /** Closes {@code x}. */
  private static NDArray activate(TorchFunction activation, NDArray x) {
    try (x) {
      return activation.of(x);
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
