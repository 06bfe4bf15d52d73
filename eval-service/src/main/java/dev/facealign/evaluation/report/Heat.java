package dev.facealign.evaluation.report;

import java.util.Locale;

/**
 * Colours of errors from small to large: blue, yellow, red, which people with any colour vision
 * tell apart, and which show on light and dark.
 */
final class Heat {

  private static final int[][] STOPS = {{59, 130, 200}, {234, 190, 60}, {214, 48, 62}};

  private final double low;
  private final double high;

  Heat(double low, double high) {
    this.low = low;
    this.high = high;
  }

  double low() {
    return low;
  }

  double high() {
    return high;
  }

  /** Where a value lies, in [0, 1]. */
  double place(double value) {
    return high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 0;
  }

  /** As CSS has it. */
  String colour(double value) {
    return at(place(value));
  }

  /** The colour at a place in [0, 1]. */
  static String at(double place) {
    double position = place * (STOPS.length - 1);
    int stop = Math.min((int) position, STOPS.length - 2);
    double share = position - stop;
    int[] rgb = new int[3];
    for (int c = 0; c < 3; c++) {
      rgb[c] = (int) Math.round(STOPS[stop][c] * (1 - share) + STOPS[stop + 1][c] * share);
    }
    return String.format(Locale.ROOT, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
  }
}
