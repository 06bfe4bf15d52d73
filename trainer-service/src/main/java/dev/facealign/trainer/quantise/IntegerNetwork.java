package dev.facealign.trainer.quantise;

import dev.facealign.trainer.export.onnx.AttributeProto;
import dev.facealign.trainer.export.onnx.GraphProto;
import dev.facealign.trainer.export.onnx.ModelProto;
import dev.facealign.trainer.export.onnx.NodeProto;
import dev.facealign.trainer.export.onnx.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Writes a network in integers in ONNX's QDQ form: each tensor that becomes integers goes through
 * QuantizeLinear and DequantizeLinear, and runtimes join these with the nodes between them into
 * kernels of integers. What does not join them computes the same in floating point.
 */
final class IntegerNetwork {

  private final NetworkGraph graph;
  private final IntegerParts parts;
  private final Map<String, ChannelFigures> channels;
  private final Map<String, ActivationScale> scales;
  private final ModelProto.Builder model;
  private final GraphProto.Builder out;
  private final Set<String> rounded = new HashSet<>();

  private IntegerNetwork(NetworkGraph graph, IntegerParts parts, Calibration calibration) {
    this.graph = graph;
    this.parts = parts;
    this.channels = calibration.channels();
    this.scales = calibration.scales();
    this.model = graph.frame();
    this.out = model.getGraphBuilder();
  }

  /** An ONNX file. */
  static byte[] write(NetworkGraph graph, IntegerParts parts, Calibration calibration) {
    IntegerNetwork network = new IntegerNetwork(graph, parts, calibration);
    for (NodeProto node : graph.nodes()) {
      if (!parts.isClipOfIntegers(node)) {
        network.write(node);
      }
    }
    graph.addConstants(network.out);
    return network.model.build().toByteArray();
  }

  private void write(NodeProto node) {
    List<String> inputs = new ArrayList<>();
    for (String input : node.getInputList()) {
      inputs.add(parts.tensors().contains(input) ? rounded(input) : input);
    }
    if (node.getOpType().equals("Conv") && parts.isInteger(node)) {
      writeKernel(node, inputs);
    }
    out.addNode(node.toBuilder().clearInput().addAllInput(inputs));
  }

  /** Gives the name of a tensor's real numbers after rounding, which the first reader writes. */
  private String rounded(String tensor) {
    String reals = tensor + "/reals";
    if (rounded.add(tensor)) {
      ActivationScale scale = scale(tensor);
      String step = tensor + "/scale";
      String zero = tensor + "/zero";
      String integers = tensor + "/integers";
      out.addInitializer(NetworkGraph.constant(step, new float[] {scale.scale()}, List.of()));
      byte[] zeroPoint = {(byte) scale.zeroPoint()};
      out.addInitializer(
          NetworkGraph.constant(zero, TensorProto.DataType.UINT8_VALUE, zeroPoint, List.of()));
      node("QuantizeLinear", integers, List.of(parts.rounded(tensor), step, zero));
      node("DequantizeLinear", reals, List.of(integers, step, zero));
    }
    return reals;
  }

  /** Replaces a convolution's kernel and bias by their integers. */
  private void writeKernel(NodeProto convolution, List<String> inputs) {
    String kernel = convolution.getInput(1);
    String bias = convolution.getInput(2);
    QuantisedKernel quantised = quantised(convolution);
    long outputs = quantised.bias().length;
    List<Long> perOutput = List.of(outputs);
    ByteBuffer biasBytes =
        ByteBuffer.allocate(quantised.bias().length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    biasBytes.asIntBuffer().put(quantised.bias());
    integers(
        kernel,
        NetworkGraph.constant(
            kernel + "/integers",
            TensorProto.DataType.INT8_VALUE,
            quantised.kernel(),
            graph.shape(kernel)),
        quantised.scales());
    integers(
        bias,
        NetworkGraph.constant(
            bias + "/integers", TensorProto.DataType.INT32_VALUE, biasBytes.array(), perOutput),
        quantised.biasScales());
    inputs.set(1, kernel + "/reals");
    inputs.set(2, bias + "/reals");
  }

  /** Zero points are 0 where none is given. */
  private void integers(String name, TensorProto integers, float[] steps) {
    out.addInitializer(integers);
    out.addInitializer(
        NetworkGraph.constant(name + "/scales", steps, List.of((long) steps.length)));
    AttributeProto perOutput =
        AttributeProto.newBuilder()
            .setName("axis")
            .setType(AttributeProto.AttributeType.INT)
            .setI(0)
            .build();
    node(
        "DequantizeLinear",
        name + "/reals",
        List.of(integers.getName(), name + "/scales"),
        perOutput);
  }

  /**
   * With the bias moved by what rounding the kernel changes of the channel's mean, on the faces of
   * the calibration: errors of single products cancel out over faces, these do not.
   */
  private QuantisedKernel quantised(NodeProto convolution) {
    String name = convolution.getInput(1);
    float[] kernel = graph.numbers(name);
    float[] bias = graph.numbers(convolution.getInput(2));
    float inputScale = scale(convolution.getInput(0)).scale();
    QuantisedKernel rounded = QuantisedKernel.of(kernel, bias, inputScale);
    ChannelFigures input =
        Objects.requireNonNull(channels.get(convolution.getInput(0)), "calibrated");
    List<Long> shape = graph.shape(name);
    int inputsOfAGroup = Math.toIntExact(shape.get(1));
    int area = Math.toIntExact(shape.get(2) * shape.get(3));
    int groups = input.channels() / inputsOfAGroup;
    int outputsOfAGroup = bias.length / groups;
    int numbersOfAnOutput = inputsOfAGroup * area;
    float[] moved = bias.clone();
    for (int output = 0; output < bias.length; output++) {
      double shift = 0;
      for (int i = 0; i < numbersOfAnOutput; i++) {
        int channel = output / outputsOfAGroup * inputsOfAGroup + i / area;
        int at = output * numbersOfAnOutput + i;
        shift += (rounded.real(at) - kernel[at]) * input.mean(channel);
      }
      moved[output] -= (float) shift;
    }
    return QuantisedKernel.of(kernel, moved, inputScale);
  }

  private ActivationScale scale(String tensor) {
    return Objects.requireNonNull(scales.get(tensor), "calibrated");
  }

  private void node(String type, String name, List<String> inputs, AttributeProto... attributes) {
    out.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(List.of(attributes)));
  }
}
