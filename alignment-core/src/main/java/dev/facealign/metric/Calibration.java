package dev.facealign.metric;

import dev.facealign.fault.FaultException;
import java.util.ArrayList;
import java.util.List;

/**
 * Expected errors against observed ones, in bins of equally many points by ascending expected
 * error. Whatever unit the errors have, the figures have too.
 *
 * @param bins one or more, by ascending expected error
 */
public record Calibration(List<Bin> bins) {
  /**
   * Points that are expected to be about equally far off.
   *
   * @param points above 0
   * @param expected their mean expected error
   * @param observed their mean error
   */
  public record Bin(int points, double expected, double observed) {}

  public Calibration {
    if (bins.isEmpty()) {
      throw FaultException.invalid("bins.length", 0, "> 0");
    }
    bins = List.copyOf(bins);
  }

  /**
   * Sorts points into bins whose numbers of points differ by one at most.
   *
   * @param expected each point's expected error, finite; one point or more
   * @param observed each point's error, finite; as many
   * @param bins above 0; where there are fewer points, as many as there are points
   * @throws FaultException INVALID_ARGUMENT where one of this does not hold
   */
  public static Calibration of(double[] expected, double[] observed, int bins) {
    if (bins <= 0) {
      throw FaultException.invalid("bins", bins, "> 0");
    }
    Ranking.requireSameLength("expected", expected, observed);
    Ranking.requireFinite("observed", observed);
    Ranking ranking = Ranking.of("expected", expected);
    double[] expectedInOrder = ranking.inOrder(expected);
    double[] observedInOrder = ranking.inOrder(observed);
    int points = expected.length;
    int count = Math.min(bins, points);
    List<Bin> filled = new ArrayList<>(count);
    for (int bin = 0; bin < count; bin++) {
      int from = (int) ((long) bin * points / count);
      int to = (int) ((long) (bin + 1) * points / count);
      filled.add(
          new Bin(to - from, mean(expectedInOrder, from, to), mean(observedInOrder, from, to)));
    }
    return new Calibration(filled);
  }

  /**
   * Expected calibration error: the mean of |expected - observed| over the bins, weighted by their
   * points. 0 is perfect; at least 0.
   */
  public double error() {
    double sum = 0;
    for (Bin bin : bins) {
      sum += bin.points() * Math.abs(bin.expected() - bin.observed());
    }
    return sum / points();
  }

  /** Mean expected error of all points. */
  public double meanExpected() {
    return bins.stream().mapToDouble(bin -> bin.points() * bin.expected()).sum() / points();
  }

  /** Mean error of all points. */
  public double meanObserved() {
    return bins.stream().mapToDouble(bin -> bin.points() * bin.observed()).sum() / points();
  }

  /** Points of all bins. */
  public long points() {
    return bins.stream().mapToLong(Bin::points).sum();
  }

  private static double mean(double[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum / (to - from);
  }
}
