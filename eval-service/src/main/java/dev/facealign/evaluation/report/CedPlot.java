package dev.facealign.evaluation.report;

import dev.facealign.metric.ErrorDistribution;
import java.util.List;
import java.util.Locale;

/**
 * Draws cumulative error distributions as SVG: the share of faces whose inter-ocular NME is at most
 * x, for x from 0 to 10 %.
 */
public final class CedPlot {
  private static final double LIMIT = 0.10;
  private static final int WIDTH = 720;
  private static final int HEIGHT = 480;
  private static final int LEFT = 72;
  private static final int RIGHT = 24;
  private static final int TOP = 56;
  private static final int BOTTOM = 64;
  private static final List<String> COLOURS =
      List.of("#1f6feb", "#d29922", "#2da44e", "#cf222e", "#8250df", "#57606a");

  private CedPlot() {}

  /**
   * One curve.
   *
   * @param name for the legend
   * @param errors inter-ocular
   */
  public record Curve(String name, ErrorDistribution errors) {}

  /** The plot as a whole SVG document. */
  public static String svg(String title, List<Curve> curves) {
    StringBuilder svg = new StringBuilder();
    append(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"system-ui, sans-serif\" font-size=\"14\">%n",
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT);
    append(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n");
    append(
        svg,
        "<text x=\"%d\" y=\"30\" font-size=\"18\" font-weight=\"600\" fill=\"#1f2328\">%s</text>%n",
        LEFT,
        escape(title));
    grid(svg);
    for (int i = 0; i < curves.size(); i++) {
      curve(svg, curves.get(i), COLOURS.get(i % COLOURS.size()));
      legend(svg, curves.get(i), i, curves.size(), COLOURS.get(i % COLOURS.size()));
    }
    return svg.append("</svg>\n").toString();
  }

  private static void grid(StringBuilder svg) {
    for (int percent = 0; percent <= 100; percent += 20) {
      double y = y(percent / 100.0);
      append(
          svg,
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#d0d7de\"/>%n",
          LEFT,
          y,
          WIDTH - RIGHT,
          y);
      append(
          svg,
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#57606a\">%d %%</text>%n",
          LEFT - 8,
          y + 5,
          percent);
    }
    for (int percent = 0; percent <= 10; percent += 2) {
      double x = x(percent / 100.0);
      append(
          svg,
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#d0d7de\"/>%n",
          x,
          TOP,
          x,
          HEIGHT - BOTTOM);
      append(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#57606a\">%d %%</text>%n",
          x,
          HEIGHT - BOTTOM + 20,
          percent);
    }
    append(
        svg,
        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#1f2328\">NME, inter-ocular</text>%n",
        x(LIMIT / 2),
        HEIGHT - 16);
    append(
        svg,
        "<text transform=\"translate(20 %.1f) rotate(-90)\" text-anchor=\"middle\" fill=\"#1f2328\">share of faces</text>%n",
        y(0.5));
  }

  /** A step at each face's error: exact, whatever the number of faces. */
  private static void curve(StringBuilder svg, Curve curve, String colour) {
    StringBuilder path = new StringBuilder();
    append(path, "M%.1f %.1f", x(0), y(0));
    double last = 0;
    for (double error : curve.errors().sortedErrors()) {
      if (error > LIMIT) {
        break;
      }
      double share = curve.errors().cumulative(error);
      if (share != last) {
        append(path, "H%.1fV%.1f", x(error), y(share));
        last = share;
      }
    }
    append(path, "H%.1f", x(LIMIT));
    append(svg, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n", path, colour);
  }

  private static void legend(StringBuilder svg, Curve curve, int index, int count, String colour) {
    int y = HEIGHT - BOTTOM - 14 - 22 * (count - 1 - index);
    int x = WIDTH - RIGHT - 330;
    append(
        svg,
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>%n",
        x,
        y - 5,
        x + 24,
        y - 5,
        colour);
    append(
        svg,
        "<text x=\"%d\" y=\"%d\" fill=\"#1f2328\">%s: NME %.2f %%, AUC@10 %% %.3f (%d faces)</text>%n",
        x + 32,
        y,
        escape(curve.name()),
        100 * curve.errors().mean(),
        curve.errors().auc(LIMIT),
        curve.errors().faces());
  }

  private static double x(double nme) {
    return LEFT + (WIDTH - LEFT - RIGHT) * nme / LIMIT;
  }

  private static double y(double share) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
  }

  private static void append(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
