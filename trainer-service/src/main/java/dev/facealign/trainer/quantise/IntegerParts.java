package dev.facealign.trainer.quantise;

import dev.facealign.trainer.export.OnnxExport;
import dev.facealign.trainer.export.onnx.NodeProto;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which nodes of a network compute in integers, and which tensors between them are integers.
 *
 * <p>Floating point stays: the last convolution, which has more to do with the error than all
 * others together and little of the time, and the heads behind it, so that expected errors see
 * nearly the features they were calibrated for; and what is computed of one number a channel
 * (squeeze and excitation), which costs no time.
 */
final class IntegerParts {

  private final NetworkGraph graph;
  private final Set<String> tensors = new LinkedHashSet<>();

  IntegerParts(NetworkGraph graph) {
    this.graph = graph;
    for (NodeProto node : graph.nodes()) {
      if (!isInteger(node)) {
        continue;
      }
      for (String input : node.getInputList()) {
        if (!graph.isConstant(input)) {
          tensors.add(input);
        }
      }
      if (!isBeforeClip(node)) {
        tensors.add(NetworkGraph.output(node));
      }
    }
  }

  /** Tensors that are rounded to 8 bits, the network's input among them. */
  Set<String> tensors() {
    return tensors;
  }

  /** Whether a node's arithmetic is on integers. */
  boolean isInteger(NodeProto node) {
    String output = NetworkGraph.output(node);
    return switch (node.getOpType()) {
      case "Conv" -> !graph.isPooled(output) && !leadsToHeads(output);
      case "Sigmoid", "Mul" -> !graph.isPooled(output) && !leadsToHeads(output);
      case "Add" -> true;
      // Of a large tensor in, of a small one out; the one before the heads stays exact.
      case "GlobalAveragePool" -> !leadsToHeads(output);
      // ReLU6 is no node of its own: the rounding of its result to integers clips.
      default -> false;
    };
  }

  /**
   * What is rounded to give a tensor's integers: what the convolution gives, where the tensor is
   * that clipped.
   */
  String rounded(String tensor) {
    if (graph.isComputed(tensor)) {
      NodeProto producer = graph.producer(tensor);
      if (isClipOfIntegers(producer)) {
        return producer.getInput(0);
      }
    }
    return tensor;
  }

  /** Whether a node is left out, as rounding does its work. */
  boolean isClipOfIntegers(NodeProto node) {
    return node.getOpType().equals("Clip")
        && isInteger(graph.producer(node.getInput(0)))
        && tensors.contains(NetworkGraph.output(node));
  }

  private boolean isBeforeClip(NodeProto node) {
    return graph.consumers(NetworkGraph.output(node)).stream()
        .anyMatch(consumer -> consumer.getOpType().equals("Clip"));
  }

  /** Whether nothing but the heads comes of it, without another convolution. */
  private boolean leadsToHeads(String tensor) {
    if (tensor.equals(OnnxExport.OUTPUT) || tensor.equals(OnnxExport.EXPECTED_ERROR)) {
      return true;
    }
    return graph.consumers(tensor).stream()
        .allMatch(
            consumer ->
                !consumer.getOpType().equals("Conv")
                    && !consumer.getOpType().equals("Add")
                    && leadsToHeads(NetworkGraph.output(consumer)));
  }
}
