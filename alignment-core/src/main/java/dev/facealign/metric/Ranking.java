package dev.facealign.metric;

import dev.facealign.fault.FaultException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Scores in ascending order. Equal scores have no order: whatever is made of a ranking takes them
 * together, so that nothing depends on the order in which they came.
 */
final class Ranking {
  private final int[] order;

  /** For each place of the order, the place behind the last score equal to the one there. */
  private final int[] endOfEquals;

  private Ranking(int[] order, int[] endOfEquals) {
    this.order = order;
    this.endOfEquals = endOfEquals;
  }

  /**
   * @param name of the scores, for the message
   * @param scores one or more, all finite
   */
  static Ranking of(String name, double[] scores) {
    if (scores.length == 0) {
      throw FaultException.invalid(name + ".length", 0, "> 0");
    }
    requireFinite(name, scores);
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i] + 0.0)) // -0.0 is 0.0
            .mapToInt(Integer::intValue)
            .toArray();
    int[] ends = new int[order.length];
    for (int place = order.length - 1; place >= 0; place--) {
      boolean last = place == order.length - 1 || scores[order[place]] != scores[order[place + 1]];
      ends[place] = last ? place + 1 : ends[place + 1];
    }
    return new Ranking(order, ends);
  }

  static void requireFinite(String name, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw FaultException.invalid(name + "[" + i + "]", values[i], "finite");
      }
    }
  }

  static void requireSameLength(String name, double[] values, double[] others) {
    if (values.length != others.length) {
      throw FaultException.invalid(name + ".length", values.length, others.length + ", as many");
    }
  }

  /** Each score's rank, 1 for the lowest; equal scores have the mean of their ranks. */
  double[] ranks() {
    double[] ranks = new double[order.length];
    for (int from = 0; from < order.length; from = endOfEquals[from]) {
      double mean = (from + 1 + endOfEquals[from]) / 2.0;
      for (int place = from; place < endOfEquals[from]; place++) {
        ranks[order[place]] = mean;
      }
    }
    return ranks;
  }

  /** Other values in the scores' order; where scores are equal, the mean of their values. */
  double[] inOrder(double[] values) {
    double[] ordered = new double[order.length];
    for (int from = 0; from < order.length; from = endOfEquals[from]) {
      double sum = 0;
      for (int place = from; place < endOfEquals[from]; place++) {
        sum += values[order[place]];
      }
      Arrays.fill(ordered, from, endOfEquals[from], sum / (endOfEquals[from] - from));
    }
    return ordered;
  }
}
