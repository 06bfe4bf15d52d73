package dev.facealign.trainer.quantise;

import dev.facealign.trainer.export.onnx.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives the channels of linear bottlenecks equal ranges, as one scale for all channels of a tensor
 * serves only the widest of them well: what makes a channel gives it times a factor, what reads it
 * divides by that. Nothing but convolutions and sums touches these tensors, so that the network
 * computes what it computed. The factors are those of cross-layer equalisation (Nagel et al., ICCV
 * 2019) where all of the range is moved.
 */
final class BottleneckEqualisation {

  /** Channels that are nearly silent are not blown up to the others' range. */
  private static final double LEAST_SHARE = 1e-3;

  private final NetworkGraph graph;
  private final Map<String, ChannelFigures> figures;

  private BottleneckEqualisation(NetworkGraph graph, Map<String, ChannelFigures> figures) {
    this.graph = graph;
    this.figures = figures;
  }

  /**
   * Changes the constants of a network, and what was seen of its tensors to what would be seen now.
   *
   * @param figures of every sum, and of every convolution's result that only convolutions and sums
   *     read
   */
  static void apply(NetworkGraph graph, Map<String, ChannelFigures> figures) {
    BottleneckEqualisation equalisation = new BottleneckEqualisation(graph, figures);
    for (List<String> stream : equalisation.streams()) {
      equalisation.equalise(stream);
    }
  }

  /** Tensors that are added to each other, and so must have the same factors. */
  private List<List<String>> streams() {
    Map<String, List<String>> streams = new LinkedHashMap<>();
    for (NodeProto node : graph.nodes()) {
      String tensor = NetworkGraph.output(node);
      if (isLinear(node)) {
        List<String> stream = new ArrayList<>(List.of(tensor));
        if (node.getOpType().equals("Add")) {
          for (String summand : node.getInputList()) {
            List<String> other = streams.get(summand);
            if (other != null && other != stream) {
              other.addAll(stream);
              stream = other;
            }
          }
        }
        for (String member : stream) {
          streams.put(member, stream);
        }
      }
    }
    return streams.values().stream().distinct().toList();
  }

  private boolean isLinear(NodeProto node) {
    String tensor = NetworkGraph.output(node);
    boolean made = node.getOpType().equals("Add") || node.getOpType().equals("Conv");
    return made
        && !graph.isPooled(tensor)
        && graph.consumers(tensor).stream()
            .allMatch(
                reader -> reader.getOpType().equals("Add") || reader.getOpType().equals("Conv"));
  }

  private void equalise(List<String> stream) {
    float[] factors = factors(stream);
    for (String tensor : stream) {
      figures(tensor).scale(factors);
      NodeProto maker = graph.producer(tensor);
      if (maker.getOpType().equals("Conv")) {
        multiply(graph.numbers(maker.getInput(1)), factors);
        multiply(graph.numbers(maker.getInput(2)), factors);
      }
      for (NodeProto reader : graph.consumers(tensor)) {
        if (reader.getOpType().equals("Conv")) {
          divideInputs(reader, factors);
        }
      }
    }
  }

  private float[] factors(List<String> stream) {
    double[] ranges = new double[figures(stream.get(0)).channels()];
    double widest = Float.MIN_NORMAL;
    for (int c = 0; c < ranges.length; c++) {
      for (String tensor : stream) {
        ranges[c] = Math.max(ranges[c], figures(tensor).largestMagnitude(c));
      }
      widest = Math.max(widest, ranges[c]);
    }
    float[] factors = new float[ranges.length];
    for (int c = 0; c < factors.length; c++) {
      factors[c] = (float) (widest / Math.max(ranges[c], LEAST_SHARE * widest));
    }
    return factors;
  }

  private ChannelFigures figures(String tensor) {
    ChannelFigures seen = figures.get(tensor);
    if (seen == null) {
      throw new IllegalArgumentException(tensor + ": not seen (expected: its figures)");
    }
    return seen;
  }

  /** Output channel after output channel, each by its factor. */
  private static void multiply(float[] numbers, float[] factors) {
    int numbersOfAChannel = numbers.length / factors.length;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= factors[i / numbersOfAChannel];
    }
  }

  private void divideInputs(NodeProto convolution, float[] factors) {
    String kernel = convolution.getInput(1);
    float[] numbers = graph.numbers(kernel);
    int area = Math.toIntExact(graph.shape(kernel).get(2) * graph.shape(kernel).get(3));
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] /= factors[i / area % factors.length];
    }
  }
}
