package dev.facealign.evaluation;

import dev.facealign.metric.ErrorDistribution;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cumulative error distributions as an SVG picture. */
final class CedPlot {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 520;
  private static final int LEFT = 70;
  private static final int TOP = 64;
  private static final int PLOT_WIDTH = 500;
  private static final int PLOT_HEIGHT = 390;
  private static final double LARGEST_ERROR = 0.10;
  private static final int STEPS = 400;
  private static final int LONGEST_NAME = 26;

  /** Okabe and Ito's colours, which people with any colour vision tell apart. */
  private static final List<String> COLOURS =
      List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000");

  private CedPlot() {}

  /**
   * The picture.
   *
   * @param title above it
   * @param subtitle below the title
   * @param curves errors by name, in the order of the legend; the first is drawn thick
   */
  static String svg(String title, String subtitle, Map<String, ErrorDistribution> curves) {
    StringBuilder svg = new StringBuilder(16_384);
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">%n",
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT);
    add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, HEIGHT);
    text(svg, LEFT, 28, "start", 17, "#111111", title);
    text(svg, LEFT, 48, "start", 12, "#555555", subtitle);
    axes(svg);
    int place = 0;
    for (Map.Entry<String, ErrorDistribution> curve : curves.entrySet()) {
      String colour = COLOURS.get(place % COLOURS.size());
      curve(svg, curve.getValue(), colour, place == 0 ? 3 : 1.6);
      legend(svg, place, colour, curve.getKey(), curve.getValue());
      place++;
    }
    return svg.append("</svg>\n").toString();
  }

  private static void axes(StringBuilder svg) {
    for (int percent = 0; percent <= 10; percent++) {
      double x = x(percent / 100.0);
      line(svg, x, TOP, x, TOP + PLOT_HEIGHT, "#e3e3e3");
      text(svg, x, TOP + PLOT_HEIGHT + 18, "middle", 12, "#333333", percent + "");
    }
    for (int percent = 0; percent <= 100; percent += 10) {
      double y = y(percent / 100.0);
      line(svg, LEFT, y, LEFT + PLOT_WIDTH, y, "#e3e3e3");
      text(svg, LEFT - 8, y + 4, "end", 12, "#333333", percent + "");
    }
    add(
        svg,
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#333333\"/>%n",
        LEFT,
        TOP,
        PLOT_WIDTH,
        PLOT_HEIGHT);
    text(
        svg,
        LEFT + PLOT_WIDTH / 2.0,
        TOP + PLOT_HEIGHT + 42,
        "middle",
        13,
        "#111111",
        "normalised mean error, % of the distance of the outer eye corners");
    add(
        svg,
        "<text transform=\"translate(22 %d) rotate(-90)\" text-anchor=\"middle\""
            + " fill=\"#111111\">faces with at most this error, %%</text>%n",
        TOP + PLOT_HEIGHT / 2);
  }

  private static void curve(
      StringBuilder svg, ErrorDistribution errors, String colour, double width) {
    if (errors.faces() == errors.excluded()) {
      return;
    }
    add(
        svg,
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-linejoin=\"round\" points=\"",
        colour,
        width);
    for (int i = 0; i <= STEPS; i++) {
      double error = LARGEST_ERROR * i / STEPS;
      add(svg, "%.1f,%.1f ", x(error), y(errors.cumulative(error)));
    }
    svg.append("\"/>\n");
  }

  private static void legend(
      StringBuilder svg, int place, String colour, String name, ErrorDistribution errors) {
    double x = LEFT + PLOT_WIDTH + 20;
    double y = TOP + 14 + 48.0 * place;
    add(
        svg,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"3\"/>%n",
        x,
        y - 4,
        x + 24,
        y - 4,
        colour);
    String shown =
        name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "\u2026";
    text(svg, x + 32, y, "start", 13, "#111111", shown);
    text(
        svg,
        x + 32,
        y + 17,
        "start",
        12,
        "#555555",
        String.format(
            Locale.ROOT,
            "NME %s %%, AUC@10 %s",
            figure(100 * errors.mean(), 2),
            figure(errors.auc(LARGEST_ERROR), 4)));
    text(
        svg,
        x + 32,
        y + 32,
        "start",
        12,
        "#555555",
        String.format(
            Locale.ROOT,
            "FR@10 %s %%, %d faces%s",
            figure(100 * errors.failureRate(LARGEST_ERROR), 2),
            errors.faces(),
            errors.invalid() == 0 ? "" : ", " + errors.invalid() + " invalid"));
  }

  private static String figure(double value, int decimals) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static double x(double error) {
    return LEFT + PLOT_WIDTH * error / LARGEST_ERROR;
  }

  private static double y(double share) {
    return TOP + PLOT_HEIGHT * (1 - share);
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String colour) {
    add(
        svg,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
        x1,
        y1,
        x2,
        y2,
        colour);
  }

  private static void text(
      StringBuilder svg,
      double x,
      double y,
      String anchor,
      int size,
      String colour,
      String content) {
    add(
        svg,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>%n",
        x,
        y,
        anchor,
        size,
        colour,
        escaped(content));
  }

  private static void add(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments).replace("\r", ""));
  }

  /** Names come from datasets and jobs; here they are text and nothing else. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
