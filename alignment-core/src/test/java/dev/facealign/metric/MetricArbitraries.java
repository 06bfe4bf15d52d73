package dev.facealign.metric;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Pairs of an expected error and an observed one; coarse numbers, so that some are equal. */
final class MetricArbitraries {
  private MetricArbitraries() {}

  static Arbitrary<List<double[]>> pairs(Arbitrary<Integer> sizes) {
    Arbitrary<Double> error = Arbitraries.integers().between(0, 40).map(i -> i / 100.0);
    Arbitrary<double[]> pair = error.array(double[].class).ofSize(2);
    return sizes.flatMap(size -> pair.list().ofSize(size));
  }

  static List<double[]> shuffled(List<double[]> pairs, Random random) {
    List<double[]> shuffled = new ArrayList<>(pairs);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  static double[] column(List<double[]> pairs, int column) {
    return pairs.stream().mapToDouble(pair -> pair[column]).toArray();
  }
}
