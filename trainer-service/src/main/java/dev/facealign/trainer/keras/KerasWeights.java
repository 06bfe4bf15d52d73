package dev.facealign.trainer.keras;

import com.google.gson.JsonElement;
import dev.facealign.fault.FaultException;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.keras.KerasFile.LayerConfig;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.ConvolutionLayer;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.SqueezeExcitation;
import dev.facealign.trainer.network.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the published weights (METHOD 4) for a {@link Network}. On the way:
 *
 * <ul>
 *   <li>kernels come from [height, width, in, out] to [out, in, height, width], turned by 180° as
 *       {@link Network} has them;
 *   <li>the linear layer is negated, because the published labels are (112 - coordinate) / 224;
 *   <li>a rescaling or normalisation of the input that the file's network begins with becomes part
 *       of the first convolution.
 * </ul>
 */
public final class KerasWeights {

  private static final String KERNEL = "kernel:0";
  private static final String BIAS = "bias:0";

  private final KerasFile file;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private KerasWeights(KerasFile file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @param path an HDF5 file
   * @param kind the network that it must be of
   * @param outputs numbers that come out: twice the landmarks
   * @return every tensor that the network needs
   * @throws FaultException INVALID_ARGUMENT, reason WEIGHTS_UNREADABLE or WEIGHTS_MISMATCH, naming
   *     Keras's layer and tensor
   */
  public static Map<String, Tensor> read(Path path, NetworkKind kind, int outputs) {
    try (KerasFile file = KerasFile.open(path)) {
      KerasWeights weights = new KerasWeights(file);
      KerasLayers layers = KerasLayers.of(kind);
      layers.convolutions().forEach(weights::convolution);
      layers.squeezes().forEach(weights::squeeze);
      weights.head(Architecture.of(kind).features(), outputs);
      weights.input(layers.convolutions().get(0).convolution());
      return weights.tensors;
    }
  }

  private void convolution(KerasLayers.Convolution layer) {
    ConvolutionLayer c = layer.convolution();
    String name = layer.convolutionName();
    if (file.shape(name, BIAS) != null) {
      throw KerasFile.mismatch(name + "/" + BIAS + ": there", "none: the network has no such one");
    }
    boolean depthwise = c.groups() > 1;
    Tensor kernel =
        depthwise
            ? file.tensor(name, "depthwise_kernel:0", c.kernel(), c.kernel(), c.inputChannels(), 1)
            : file.tensor(
                name, KERNEL, c.kernel(), c.kernel(), c.inputChannels(), c.outputChannels());
    // A depthwise kernel has its channels where another has its inputs.
    Tensor moved =
        depthwise
            ? channelsFirst(kernel, c.kernel(), 1, c.outputChannels())
            : channelsFirst(kernel, c.kernel(), c.inputChannels(), c.outputChannels());
    tensors.put(c.kernelName(), Network.turned(moved));
    String normal = layer.normalisationName();
    int channels = c.outputChannels();
    tensors.put(c.gammaName(), file.tensor(normal, "gamma:0", channels));
    tensors.put(c.betaName(), file.tensor(normal, "beta:0", channels));
    tensors.put(c.meanName(), file.tensor(normal, "moving_mean:0", channels));
    Tensor variance = file.tensor(normal, "moving_variance:0", channels);
    for (float value : variance.values()) {
      if (value < 0) {
        throw KerasFile.mismatch(normal + "/moving_variance:0: " + value, ">= 0");
      }
    }
    tensors.put(c.varianceName(), variance);
  }

  /** From [side, side, in, out] to [out, in, side, side]. */
  private static Tensor channelsFirst(Tensor kernel, int side, int in, int out) {
    int area = side * side;
    float[] from = kernel.values();
    float[] to = new float[from.length];
    for (int at = 0; at < area; at++) {
      for (int i = 0; i < in; i++) {
        for (int o = 0; o < out; o++) {
          to[(o * in + i) * area + at] = from[(at * in + i) * out + o];
        }
      }
    }
    return new Tensor(new long[] {out, in, side, side}, to);
  }

  private void squeeze(KerasLayers.Squeeze layer) {
    SqueezeExcitation s = layer.squeeze();
    String reduce = layer.reduceName();
    String expand = layer.expandName();
    tensors.put(
        s.reduceKernelName(),
        transposed(file.tensor(reduce, KERNEL, 1, 1, s.channels(), s.squeezed()), s.squeezed(), 1));
    tensors.put(s.reduceBiasName(), file.tensor(reduce, BIAS, s.squeezed()));
    tensors.put(
        s.expandKernelName(),
        transposed(file.tensor(expand, KERNEL, 1, 1, s.squeezed(), s.channels()), s.channels(), 1));
    tensors.put(s.expandBiasName(), file.tensor(expand, BIAS, s.channels()));
  }

  /** From [..., in, out] to [out, in], times a factor. */
  private static Tensor transposed(Tensor matrix, int out, float factor) {
    float[] from = matrix.values();
    int in = from.length / out;
    float[] to = new float[from.length];
    for (int i = 0; i < in; i++) {
      for (int o = 0; o < out; o++) {
        to[o * in + i] = factor * from[i * out + o];
      }
    }
    return new Tensor(new long[] {out, in}, to);
  }

  /** The only layer that has a matrix is the linear one, whatever its name. */
  private void head(int features, int outputs) {
    List<String> withMatrix =
        file.layers().stream()
            .filter(
                layer -> {
                  int[] shape = file.shape(layer, KERNEL);
                  return shape != null && shape.length == 2;
                })
            .toList();
    if (withMatrix.size() != 1) {
      throw KerasFile.mismatch(
          "layers with a matrix: " + withMatrix, "one, the linear layer at the end");
    }
    String name = withMatrix.get(0);
    for (LayerConfig config : file.configs()) {
      if (config.name().equals(name)) {
        requireLinear(config);
      }
    }
    Tensor kernel = file.tensor(name, KERNEL, features, outputs);
    Tensor bias = file.tensor(name, BIAS, outputs);
    tensors.put(Architecture.HEAD_KERNEL, transposed(kernel, outputs, -1));
    float[] negated = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      negated[i] = -bias.values()[i];
    }
    tensors.put(Architecture.HEAD_BIAS, Tensor.vector(negated));
  }

  private static void requireLinear(LayerConfig config) {
    JsonElement activation = config.settings().get("activation");
    if (activation != null && !activation.isJsonNull()) {
      String text = activation.toString();
      if (!text.equals("\"linear\"")) {
        throw KerasFile.mismatch(config.name() + ".activation: " + text, "linear");
      }
    }
  }

  /**
   * The factor that the input is multiplied by before the first convolution. An offset could not be
   * taken in: zeros are padded after it.
   */
  private void input(ConvolutionLayer stem) {
    double[] factor = {1, 1, 1};
    for (LayerConfig config : file.configs()) {
      switch (config.kind()) {
        case "Rescaling" -> {
          if (number(config, "offset", 0) != 0) {
            throw KerasFile.mismatch(
                config.name() + ".offset: " + number(config, "offset", 0),
                "0; an offset of the input is not supported");
          }
          double scale = number(config, "scale", 1);
          for (int c = 0; c < 3; c++) {
            factor[c] *= scale;
          }
        }
        case "Normalization" -> normalisation(config.name(), factor);
        default -> {
          // Nothing that changes the input.
        }
      }
    }
    Tensor kernel = tensors.get(stem.kernelName());
    if (kernel == null) {
      throw new IllegalStateException(stem.kernelName() + " is not read yet");
    }
    int area = stem.kernel() * stem.kernel();
    float[] values = kernel.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factor[i / area % 3]);
    }
  }

  private void normalisation(String layer, double[] factor) {
    if (file.shape(layer, "mean:0") == null) {
      return;
    }
    float[] mean = file.tensor(layer, "mean:0", 3).values();
    float[] variance = file.tensor(layer, "variance:0", 3).values();
    for (int c = 0; c < 3; c++) {
      if (mean[c] != 0 || !(variance[c] > 0)) {
        throw KerasFile.mismatch(
            layer + ": mean " + mean[c] + ", variance " + variance[c],
            "mean 0 and a variance > 0; an offset of the input is not supported");
      }
      // Keras divides by no less than its smallest number, 1e-7.
      factor[c] /= Math.max(Math.sqrt(variance[c]), 1e-7);
    }
  }

  private static double number(LayerConfig config, String name, double otherwise) {
    JsonElement value = config.settings().get(name);
    if (value == null || value.isJsonNull()) {
      return otherwise;
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw KerasFile.mismatch(config.name() + "." + name + ": " + value, "a number");
    }
    return value.getAsDouble();
  }
}
