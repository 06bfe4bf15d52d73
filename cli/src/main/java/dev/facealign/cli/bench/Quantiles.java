package dev.facealign.cli.bench;

import org.HdrHistogram.Histogram;

/**
 * A distribution of durations, milliseconds; all NaN where nothing was counted.
 *
 * @param count durations
 * @param p50 median
 */
record Quantiles(
    long count, double mean, double p50, double p90, double p99, double p999, double max) {

  static Quantiles of(Histogram nanos) {
    if (nanos.getTotalCount() == 0) {
      return new Quantiles(
          0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    return new Quantiles(
        nanos.getTotalCount(),
        nanos.getMean() / 1e6,
        millis(nanos, 50),
        millis(nanos, 90),
        millis(nanos, 99),
        millis(nanos, 99.9),
        nanos.getMaxValue() / 1e6);
  }

  private static double millis(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }
}
