package dev.facealign.trainer.export;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.facealign.trainer.export.onnx.AttributeProto;
import dev.facealign.trainer.export.onnx.GraphProto;
import dev.facealign.trainer.export.onnx.ModelProto;
import dev.facealign.trainer.export.onnx.NodeProto;
import dev.facealign.trainer.export.onnx.OperatorSetIdProto;
import dev.facealign.trainer.export.onnx.TensorProto;
import dev.facealign.trainer.export.onnx.TensorShapeProto;
import dev.facealign.trainer.export.onnx.TypeProto;
import dev.facealign.trainer.export.onnx.ValueInfoProto;
import dev.facealign.trainer.network.Activation;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.ConvolutionLayer;
import dev.facealign.trainer.network.InvertedResidual;
import dev.facealign.trainer.network.Layer;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.SqueezeExcitation;
import dev.facealign.trainer.network.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Writes a network for inference: batch normalisations folded into the convolutions, Keras's
 * padding spelt out, the number of pictures left open. Input {@value #INPUT}: float [N, 3, S, S],
 * RGB in [0, 1]; output {@value #OUTPUT}: float [N, 2M], label units; for a network with a
 * certainty head the output {@value #EXPECTED_ERROR} too: float [N, M], each point's expected
 * distance from the true one, shares of the crop's side.
 */
public final class OnnxExport {

  /** ONNX operator set of the files. */
  public static final int OPSET = 17;

  /** Name of the input. */
  public static final String INPUT = "input";

  /** Name of the output. */
  public static final String OUTPUT = "landmarks";

  /** Name of the second output. */
  public static final String EXPECTED_ERROR = "expected_error";

  /** The version of the file format that came with {@link #OPSET}. */
  private static final int IR_VERSION = 8;

  private static final String ZERO = "zero";
  private static final String SIX = "six";

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("facealign");
  private final Architecture architecture;
  private final Map<String, Tensor> weights;

  private OnnxExport(Architecture architecture, Map<String, Tensor> weights) {
    this.architecture = architecture;
    this.weights = weights;
  }

  /**
   * Writes a network.
   *
   * @param network what computes
   * @param weights all its tensors; a certainty head's calibrated
   * @param sizePx side of its input, S
   * @return an ONNX file
   */
  public static byte[] write(Network network, Map<String, Tensor> weights, int sizePx) {
    OnnxExport export = new OnnxExport(network.architecture(), weights);
    String features = export.trunk(sizePx);
    export.graph.addInput(value(INPUT, 3, sizePx, sizePx));
    export.linear(OUTPUT, features, Architecture.HEAD_KERNEL, Architecture.HEAD_BIAS);
    export.graph.addOutput(value(OUTPUT, network.outputs()));
    if (network.hasCertainty()) {
      String logErrors = "certainty";
      export.linear(
          logErrors, features, Architecture.CERTAINTY_KERNEL, Architecture.CERTAINTY_BIAS);
      export.node("Exp", EXPECTED_ERROR, List.of(logErrors));
      export.graph.addOutput(value(EXPECTED_ERROR, network.outputs() / 2));
    }
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("facealign")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(export.graph)
        .build()
        .toByteArray();
  }

  /** Gives the name of the features, [N, features]. */
  private String trunk(int sizePx) {
    if (architecture.convolutions().stream().anyMatch(c -> c.activation() == Activation.RELU6)) {
      constant(ZERO, new float[] {0f});
      constant(SIX, new float[] {6f});
    }
    String x = INPUT;
    int side = sizePx;
    for (Layer layer : architecture.layers()) {
      x = layer(layer, x, side);
      side = layer.outputSide(side);
    }
    x = node("GlobalAveragePool", "pool", List.of(x));
    return node("Flatten", "flat", List.of(x), integer("axis", 1));
  }

  private void linear(String name, String x, String kernel, String bias) {
    constant(kernel, tensor(kernel));
    constant(bias, tensor(bias));
    node("Gemm", name, List.of(x, kernel, bias), integer("transB", 1));
  }

  private String layer(Layer layer, String x, int side) {
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution(convolution, x, side);
    }
    InvertedResidual block = (InvertedResidual) layer;
    String y = block.expand() == null ? x : convolution(block.expand(), x, side);
    y = convolution(block.depthwise(), y, side);
    if (block.squeeze() != null) {
      y = weigh(block.squeeze(), y);
    }
    y = convolution(block.project(), y, block.outputSide(side));
    return block.residual() ? node("Add", block.project().name() + "/sum", List.of(x, y)) : y;
  }

  private String convolution(ConvolutionLayer layer, String x, int side) {
    Tensor kernel = Network.turned(tensor(layer.kernelName()));
    float[] gamma = tensor(layer.gammaName()).values();
    float[] beta = tensor(layer.betaName()).values();
    float[] mean = tensor(layer.meanName()).values();
    float[] variance = tensor(layer.varianceName()).values();
    int numbersOfAChannel = kernel.values().length / gamma.length;
    float[] folded = kernel.values().clone();
    float[] bias = new float[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      double factor = gamma[c] / Math.sqrt((double) variance[c] + architecture.batchNormEpsilon());
      for (int i = c * numbersOfAChannel; i < (c + 1) * numbersOfAChannel; i++) {
        folded[i] = (float) (folded[i] * factor);
      }
      bias[c] = (float) (beta[c] - mean[c] * factor);
    }
    constant(layer.kernelName(), new Tensor(kernel.shape(), folded));
    constant(layer.name() + "/bias", Tensor.vector(bias));
    int before = layer.paddingBefore(side);
    int after = layer.paddingAfter(side);
    String y =
        node(
            "Conv",
            layer.name(),
            List.of(x, layer.kernelName(), layer.name() + "/bias"),
            integers("kernel_shape", layer.kernel(), layer.kernel()),
            integers("strides", layer.stride(), layer.stride()),
            integers("pads", before, before, after, after),
            integers("dilations", 1, 1),
            integer("group", layer.groups()));
    return switch (layer.activation()) {
      case NONE -> y;
      case RELU6 -> node("Clip", layer.name() + "/relu6", List.of(y, ZERO, SIX));
      case SWISH -> swish(layer.name(), y);
    };
  }

  private String swish(String name, String x) {
    String share = node("Sigmoid", name + "/sigmoid", List.of(x));
    return node("Mul", name + "/swish", List.of(x, share));
  }

  private String weigh(SqueezeExcitation layer, String x) {
    String y = node("GlobalAveragePool", layer.name() + "/means", List.of(x));
    y = pointwise(layer.name() + "/reduce", layer.reduceKernelName(), layer.reduceBiasName(), y);
    y = swish(layer.name() + "/reduce", y);
    y = pointwise(layer.name() + "/expand", layer.expandKernelName(), layer.expandBiasName(), y);
    y = node("Sigmoid", layer.name() + "/factors", List.of(y));
    return node("Mul", layer.name() + "/weighed", List.of(x, y));
  }

  /** A matrix as a convolution of 1 x 1. */
  private String pointwise(String name, String kernelName, String biasName, String x) {
    Tensor matrix = tensor(kernelName);
    long[] shape = {matrix.shape()[0], matrix.shape()[1], 1, 1};
    constant(kernelName, new Tensor(shape, matrix.values()));
    constant(biasName, tensor(biasName));
    return node("Conv", name, List.of(x, kernelName, biasName), integers("kernel_shape", 1, 1));
  }

  private Tensor tensor(String name) {
    Tensor tensor = weights.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(name + ": missing (expected: a tensor)");
    }
    return tensor;
  }

  /** A node whose one output has its name. */
  private String node(String type, String name, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(List.of(attributes)));
    return name;
  }

  private void constant(String name, float[] scalar) {
    constant(name, new Tensor(new long[0], scalar));
  }

  private void constant(String name, Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(tensor.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.values());
    ByteString raw = UnsafeByteOperations.unsafeWrap(bytes.array());
    TensorProto.Builder message =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setRawData(raw);
    for (long side : tensor.shape()) {
      message.addDims(side);
    }
    graph.addInitializer(message);
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  /** A float tensor whose first side is the open number of pictures. */
  private static ValueInfoProto value(String name, long... sides) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    for (long side : sides) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(side));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }
}
