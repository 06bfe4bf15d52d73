package dev.facealign.evaluation.plot;

import java.util.List;
import java.util.Locale;

/**
 * A picture with two axes from 0, curves and a legend beside them, as SVG. Built by one thread and
 * used once.
 */
final class Plot {

  /** Okabe and Ito's colours, which people with any colour vision tell apart. */
  private static final List<String> COLOURS =
      List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000");

  private static final int WIDTH = 900;
  private static final int HEIGHT = 520;
  private static final int LEFT = 70;
  private static final int TOP = 64;
  private static final int AREA_HEIGHT = 390;
  private static final int LONGEST_NAME = 26;

  /** The numbers at an axis lie so far apart, times a power of ten. */
  private static final double[] STEPS = {1, 2, 5, 10};

  private static final int MOST_STEPS = 10;

  private final StringBuilder svg = new StringBuilder(16_384);
  private final int areaWidth;
  private final Axis xAxis;
  private final Axis yAxis;
  private double legendY = TOP + 14;

  /** How wide the area of the curves is. */
  enum Shape {
    WIDE(500),
    SQUARE(AREA_HEIGHT);

    private final int areaWidth;

    Shape(int areaWidth) {
      this.areaWidth = areaWidth;
    }
  }

  /**
   * An axis from 0.
   *
   * @param title what its numbers are
   * @param upTo its last number, above 0
   * @param step from a number to the next, above 0
   */
  record Axis(String title, double upTo, double step) {
    /** An axis with round numbers that a value still has room on. */
    static Axis reaching(String title, double value) {
      double least = Math.max(value, 1e-6) / MOST_STEPS;
      double power = Math.pow(10, Math.floor(Math.log10(least)));
      double step = power * STEPS[STEPS.length - 1];
      for (double candidate : STEPS) {
        if (candidate * power >= least) {
          step = candidate * power;
          break;
        }
      }
      return new Axis(title, step * Math.max(1, Math.ceil(value / step - 1e-9)), step);
    }

    int steps() {
      return (int) Math.round(upTo / step);
    }

    String number(int tick) {
      int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
      return String.format(Locale.ROOT, "%." + decimals + "f", tick * step);
    }
  }

  /**
   * How a curve is drawn.
   *
   * @param width pixels
   */
  record Stroke(String colour, double width, boolean dashed) {
    /** The stroke of a plot's curve, counted from 0; the first is thick. */
    static Stroke of(int place) {
      return new Stroke(COLOURS.get(place % COLOURS.size()), place == 0 ? 3 : 1.6, false);
    }

    /** For what is there to compare with. */
    static Stroke reference() {
      return new Stroke("#777777", 1.6, true);
    }

    private String attributes() {
      return String.format(
          Locale.ROOT,
          "stroke=\"%s\" stroke-width=\"%.1f\"%s",
          colour,
          width,
          dashed ? " stroke-dasharray=\"6 5\"" : "");
    }
  }

  /**
   * Begins a picture.
   *
   * @param title above it
   * @param subtitle below the title
   */
  Plot(String title, String subtitle, Shape shape, Axis xAxis, Axis yAxis) {
    this.areaWidth = shape.areaWidth;
    this.xAxis = xAxis;
    this.yAxis = yAxis;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">%n",
        WIDTH, HEIGHT, WIDTH, HEIGHT);
    add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, HEIGHT);
    text(LEFT, 28, "start", 17, "#111111", title);
    text(LEFT, 48, "start", 12, "#555555", subtitle);
    axes();
  }

  /**
   * Draws a line through points.
   *
   * @param x in the axis' numbers
   * @param y as many
   */
  void curve(Stroke stroke, double[] x, double[] y) {
    add("<polyline fill=\"none\" %s stroke-linejoin=\"round\" points=\"", stroke.attributes());
    for (int i = 0; i < x.length; i++) {
      add("%.1f,%.1f ", px(x[i]), py(y[i]));
    }
    svg.append("\"/>\n");
  }

  /** Marks points of a curve. */
  void dots(Stroke stroke, double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      add(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\"/>%n",
          px(x[i]), py(y[i]), stroke.colour());
    }
  }

  /** Tells below the last legend what a curve is, and details in lines below its name. */
  void legend(Stroke stroke, String name, String... details) {
    double x = LEFT + areaWidth + 20;
    double y = legendY;
    legendY += 22 + 15.0 * details.length;
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>%n",
        x, y - 4, x + 24, y - 4, new Stroke(stroke.colour(), 3, stroke.dashed()).attributes());
    String shown =
        name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "\u2026";
    text(x + 32, y, "start", 13, "#111111", shown);
    for (int line = 0; line < details.length; line++) {
      text(x + 32, y + 17 + 15.0 * line, "start", 12, "#555555", details[line]);
    }
  }

  /** The whole picture; nothing can be drawn any more. */
  String svg() {
    return svg.append("</svg>\n").toString();
  }

  private void axes() {
    for (int tick = 0; tick <= xAxis.steps(); tick++) {
      double x = px(tick * xAxis.step());
      line(x, TOP, x, TOP + AREA_HEIGHT);
      text(x, TOP + AREA_HEIGHT + 18, "middle", 12, "#333333", xAxis.number(tick));
    }
    for (int tick = 0; tick <= yAxis.steps(); tick++) {
      double y = py(tick * yAxis.step());
      line(LEFT, y, LEFT + areaWidth, y);
      text(LEFT - 8, y + 4, "end", 12, "#333333", yAxis.number(tick));
    }
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#333333\"/>%n",
        LEFT, TOP, areaWidth, AREA_HEIGHT);
    text(LEFT + areaWidth / 2.0, TOP + AREA_HEIGHT + 42, "middle", 13, "#111111", xAxis.title());
    add(
        "<text transform=\"translate(22 %d) rotate(-90)\" text-anchor=\"middle\""
            + " fill=\"#111111\">%s</text>%n",
        TOP + AREA_HEIGHT / 2, escaped(yAxis.title()));
  }

  private double px(double x) {
    return LEFT + areaWidth * x / xAxis.upTo();
  }

  private double py(double y) {
    return TOP + AREA_HEIGHT * (1 - y / yAxis.upTo());
  }

  private void line(double x1, double y1, double x2, double y2) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e3e3e3\"/>%n",
        x1, y1, x2, y2);
  }

  private void text(double x, double y, String anchor, int size, String colour, String content) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>%n",
        x, y, anchor, size, colour, escaped(content));
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments).replace("\r", ""));
  }

  /** Names come from datasets and jobs; here they are text and nothing else. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
