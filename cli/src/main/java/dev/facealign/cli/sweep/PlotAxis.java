package dev.facealign.cli.sweep;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * An axis of a plot: where a value lies on it, and which values are labelled.
 *
 * @param least where it begins; above 0 on a logarithmic axis
 * @param most where it ends, above least
 */
record PlotAxis(double least, double most, boolean logarithmic) {
  private static final double[] LINEAR_STEPS = {1, 2, 5, 10};

  /** First digits of labels on a logarithmic axis, the closest first. */
  private static final double[][] LOGARITHMIC_DIGITS = {
    {1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9},
    {1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9},
    {1, 1.5, 2, 3, 4, 5, 6, 8},
    {1, 2, 5},
    {1}
  };

  PlotAxis {
    if (!(least < most) || (logarithmic && least <= 0)) {
      throw new IllegalArgumentException(
          "axis: " + least + " to " + most + " (expected: ascending, above 0 if logarithmic)");
    }
  }

  /**
   * An axis with some room around values in which differences can be seen: logarithmic where they
   * go far apart.
   *
   * @param least the least value, above 0
   * @param most the largest, no less
   */
  static PlotAxis around(double least, double most) {
    double room = 1.04;
    boolean logarithmic = most / least > 2;
    if (logarithmic) {
      return new PlotAxis(least / room, most * room, true);
    }
    double margin = Math.max((most - least) * (room - 1), least * 0.001);
    return new PlotAxis(least - margin, most + margin, false);
  }

  /** Where a value lies: 0 at the axis's beginning, 1 at its end. */
  double share(double value) {
    return logarithmic
        ? Math.log(value / least) / Math.log(most / least)
        : (value - least) / (most - least);
  }

  /** Values to label, ascending: round ones, no more than so many, as close as that allows. */
  List<BigDecimal> ticks(int atMost) {
    return logarithmic ? logarithmicTicks(atMost) : linearTicks(atMost, Integer.MIN_VALUE);
  }

  /** As {@link #ticks}, but whole numbers alone. */
  List<BigDecimal> wholeTicks(int atMost) {
    return linearTicks(atMost, 0);
  }

  private List<BigDecimal> linearTicks(int atMost, int leastExponent) {
    double wanted = (most - least) / atMost;
    int exponent = Math.max(leastExponent, (int) Math.floor(Math.log10(wanted)));
    for (double step : LINEAR_STEPS) {
      double size = step * Math.pow(10, exponent);
      if (size >= wanted) {
        int decimals = Math.max(0, step == 10 ? -exponent - 1 : -exponent);
        List<BigDecimal> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(least / size); i * size <= most; i++) {
          // All labels of the axis have as many decimals, and none the noise of its product.
          ticks.add(BigDecimal.valueOf(i * size).setScale(decimals, RoundingMode.HALF_UP));
        }
        return ticks;
      }
    }
    throw new IllegalStateException("ten times a power of ten is above the step wanted");
  }

  private List<BigDecimal> logarithmicTicks(int atMost) {
    List<BigDecimal> ticks = List.of();
    for (double[] digits : LOGARITHMIC_DIGITS) {
      ticks = new ArrayList<>();
      for (int decade = (int) Math.floor(Math.log10(least));
          decade <= Math.floor(Math.log10(most));
          decade++) {
        for (double digit : digits) {
          BigDecimal value = BigDecimal.valueOf(digit).scaleByPowerOfTen(decade);
          if (value.doubleValue() >= least && value.doubleValue() <= most) {
            ticks.add(value.stripTrailingZeros());
          }
        }
      }
      if (ticks.size() <= atMost) {
        return ticks;
      }
    }
    return ticks;
  }
}
