package dev.facealign.trainer.quantise;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.facealign.trainer.export.onnx.GraphProto;
import dev.facealign.trainer.export.onnx.ModelProto;
import dev.facealign.trainer.export.onnx.NodeProto;
import dev.facealign.trainer.export.onnx.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network as {@link dev.facealign.trainer.export.OnnxExport} writes it, read back: nodes in the
 * order of computing, each with one output, and its numbers, which may be changed.
 */
final class NetworkGraph {

  private final ModelProto model;
  private final Map<String, float[]> numbers = new LinkedHashMap<>();
  private final Map<String, List<Long>> shapes = new HashMap<>();
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, List<NodeProto>> consumers = new HashMap<>();
  private final Set<String> pooled = new HashSet<>();

  NetworkGraph(byte[] onnx) {
    try {
      this.model = ModelProto.parseFrom(onnx);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("onnx: not a network (expected: OnnxExport's)", e);
    }
    for (TensorProto tensor : model.getGraph().getInitializerList()) {
      float[] values = new float[tensor.getRawData().size() / Float.BYTES];
      tensor
          .getRawData()
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      numbers.put(tensor.getName(), values);
      shapes.put(tensor.getName(), tensor.getDimsList());
    }
    for (NodeProto node : nodes()) {
      producers.put(output(node), node);
      for (String input : node.getInputList()) {
        consumers.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
      }
      boolean ofPooled =
          node.getInputList().stream()
              .allMatch(input -> pooled.contains(input) || numbers.containsKey(input));
      if (ofPooled || node.getOpType().equals("GlobalAveragePool")) {
        pooled.add(output(node));
      }
    }
  }

  static String output(NodeProto node) {
    return node.getOutput(0);
  }

  List<NodeProto> nodes() {
    return model.getGraph().getNodeList();
  }

  boolean isConstant(String name) {
    return numbers.containsKey(name);
  }

  /** A constant's numbers; writing to them changes the network. */
  float[] numbers(String name) {
    float[] values = numbers.get(name);
    if (values == null) {
      throw new IllegalArgumentException(name + ": missing (expected: a constant)");
    }
    return values;
  }

  List<Long> shape(String constant) {
    return shapes.getOrDefault(constant, List.of());
  }

  /** Whether a tensor has one number a channel of the picture: what is computed of it is little. */
  boolean isPooled(String tensor) {
    return pooled.contains(tensor);
  }

  NodeProto producer(String tensor) {
    NodeProto node = producers.get(tensor);
    if (node == null) {
      throw new IllegalArgumentException(tensor + ": no node (expected: a node's output)");
    }
    return node;
  }

  boolean isComputed(String tensor) {
    return producers.containsKey(tensor);
  }

  List<NodeProto> consumers(String tensor) {
    return consumers.getOrDefault(tensor, List.of());
  }

  /** The network's message without nodes and constants. */
  ModelProto.Builder frame() {
    ModelProto.Builder frame = model.toBuilder();
    frame.getGraphBuilder().clearNode().clearInitializer();
    return frame;
  }

  /** All constants that are read by some node, with the numbers they have now. */
  void addConstants(GraphProto.Builder graph) {
    Set<String> read = new HashSet<>();
    graph.getNodeList().forEach(node -> read.addAll(node.getInputList()));
    numbers.forEach(
        (name, values) -> {
          if (read.contains(name)) {
            graph.addInitializer(constant(name, values, shape(name)));
          }
        });
  }

  /** Floating point numbers. */
  static TensorProto constant(String name, float[] values, List<Long> shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return constant(name, TensorProto.DataType.FLOAT_VALUE, bytes.array(), shape);
  }

  /** Numbers of a type of {@link TensorProto.DataType}, little-endian. */
  static TensorProto constant(String name, int type, byte[] bytes, List<Long> shape) {
    ByteString raw = UnsafeByteOperations.unsafeWrap(bytes);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(type)
        .setRawData(raw)
        .addAllDims(shape)
        .build();
  }
}
