package dev.facealign.metric;

/**
 * A range that a figure lies in with a stated confidence.
 *
 * @param low NaN where there is no figure
 * @param high not below low; NaN where there is no figure
 */
public record Interval(double low, double high) {
  /** Where there is no figure. */
  static final Interval NONE = new Interval(Double.NaN, Double.NaN);

  /** Whether there is a figure. */
  public boolean exists() {
    return !Double.isNaN(low);
  }

  /** Whether a value is in the range, its ends included. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
