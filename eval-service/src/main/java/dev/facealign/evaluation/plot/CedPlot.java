package dev.facealign.evaluation.plot;

import dev.facealign.evaluation.plot.Plot.Axis;
import dev.facealign.evaluation.plot.Plot.Stroke;
import dev.facealign.metric.ErrorDistribution;
import java.util.Locale;
import java.util.Map;

/** Cumulative error distributions as an SVG picture. */
final class CedPlot {

  private static final double LARGEST_ERROR = 0.10;
  private static final int STEPS = 400;

  private CedPlot() {}

  /**
   * The picture.
   *
   * @param title above it
   * @param subtitle below the title
   * @param length what the errors were divided by, in words
   * @param curves errors by name, in the order of the legend; the first is drawn thick
   */
  static String svg(
      String title, String subtitle, String length, Map<String, ErrorDistribution> curves) {
    Plot plot =
        new Plot(
            title,
            subtitle,
            Plot.Shape.WIDE,
            new Axis("normalised mean error, % of the " + length, 100 * LARGEST_ERROR, 1),
            new Axis("faces with at most this error, %", 100, 10));
    int place = 0;
    for (Map.Entry<String, ErrorDistribution> curve : curves.entrySet()) {
      Stroke stroke = Stroke.of(place);
      ErrorDistribution errors = curve.getValue();
      if (errors.faces() > errors.excluded()) {
        draw(plot, stroke, errors);
      }
      plot.legend(
          stroke,
          curve.getKey(),
          String.format(
              Locale.ROOT,
              "NME %s %%, AUC@10 %s",
              figure(100 * errors.mean(), 2),
              figure(errors.auc(LARGEST_ERROR), 4)),
          String.format(
              Locale.ROOT,
              "FR@10 %s %%, %d faces%s",
              figure(100 * errors.failureRate(LARGEST_ERROR), 2),
              errors.faces(),
              errors.invalid() == 0 ? "" : ", " + errors.invalid() + " invalid"));
      place++;
    }
    return plot.svg();
  }

  private static void draw(Plot plot, Stroke stroke, ErrorDistribution errors) {
    double[] x = new double[STEPS + 1];
    double[] y = new double[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      double error = LARGEST_ERROR * i / STEPS;
      x[i] = 100 * error;
      y[i] = 100 * errors.cumulative(error);
    }
    plot.curve(stroke, x, y);
  }

  private static String figure(double value, int decimals) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
