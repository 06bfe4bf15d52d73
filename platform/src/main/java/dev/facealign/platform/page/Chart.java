package dev.facealign.platform.page;

import java.util.Locale;

/**
 * A plot with two axes inside a page. Its colours are the page's classes, so that it follows light
 * and dark; its size is the column's. One thread.
 */
public final class Chart {

  static final double WIDTH = 480;
  static final double HEIGHT = 320;
  static final double LEFT = 50;
  static final double RIGHT = 14;
  public static final double TOP = 16;
  static final double BOTTOM = 48;

  /**
   * An axis.
   *
   * @param step between lines, above 0
   * @param decimals of the numbers at the lines
   */
  public record Axis(String title, double from, double to, double step, int decimals) {

    /** From 0 to a round number not below the largest value, with about five steps. */
    public static Axis upTo(String title, double largest) {
      double wanted = Math.max(largest, 1e-6);
      double power = Math.pow(10, Math.floor(Math.log10(wanted / 5)));
      double step = power;
      for (double factor : new double[] {1, 2, 5, 10}) {
        step = factor * power;
        if (step * 6 >= wanted) {
          break;
        }
      }
      double to = step * Math.ceil(wanted / step - 1e-9);
      int decimals = step == Math.rint(step) ? 0 : step * 10 == Math.rint(step * 10) ? 1 : 2;
      return new Axis(title, 0, to, step, decimals);
    }
  }

  private final Html html;
  private final Axis x;
  private final Axis y;

  /**
   * Begins the picture.
   *
   * @param description for those who cannot see it
   * @param attributes more of the picture's element
   */
  public Chart(Html html, String description, Axis x, Axis y, String... attributes) {
    this.html = html;
    this.x = x;
    this.y = y;
    String[] all = new String[6 + attributes.length];
    all[0] = "viewBox";
    all[1] = String.format(Locale.ROOT, "0 0 %.0f %.0f", WIDTH, HEIGHT);
    all[2] = "role";
    all[3] = "img";
    all[4] = "aria-label";
    all[5] = description;
    System.arraycopy(attributes, 0, all, 6, attributes.length);
    html.open("svg", all);
    axes();
  }

  public double px(double value) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (value - x.from()) / (x.to() - x.from());
  }

  public double py(double value) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - y.from()) / (y.to() - y.from());
  }

  /** A line through points; those above the axis are drawn at its end. */
  public void curve(String style, double[] xs, double[] ys) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      path.append(i == 0 ? 'M' : 'L')
          .append(Figures.px(px(xs[i])))
          .append(' ')
          .append(Figures.px(py(clamped(ys[i]))));
    }
    html.shape("path", "class", "curve " + style, "d", path.toString());
  }

  /** Small dots in one stroke, however many. */
  public void cloud(String style, double[] xs, double[] ys) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      path.append('M')
          .append(Figures.px(px(xs[i])))
          .append(' ')
          .append(Figures.px(py(clamped(ys[i]))))
          .append("h0");
    }
    html.shape("path", "class", "cloud " + style, "d", path.toString());
  }

  /** A dot that says more where the pointer is on it. */
  public void dot(String style, double atX, double atY, String says) {
    html.open(
            "circle",
            "class",
            "dot " + style,
            "cx",
            Figures.px(px(atX)),
            "cy",
            Figures.px(py(clamped(atY))),
            "r",
            "4.5")
        .element("title", says)
        .close();
  }

  public void text(double atX, double atY, String anchor, String style, String content) {
    html.element(
        "text",
        content,
        "x",
        Figures.px(atX),
        "y",
        Figures.px(atY),
        "text-anchor",
        anchor,
        "class",
        style);
  }

  public void close() {
    html.close();
  }

  private double clamped(double value) {
    return Math.min(y.to(), Math.max(y.from(), value));
  }

  private void axes() {
    for (double at = x.from(); at <= x.to() + x.step() / 1e3; at += x.step()) {
      line(px(at), TOP, px(at), HEIGHT - BOTTOM);
      text(px(at), HEIGHT - BOTTOM + 17, "middle", "tick", label(at, x));
    }
    for (double at = y.from(); at <= y.to() + y.step() / 1e3; at += y.step()) {
      line(LEFT, py(at), WIDTH - RIGHT, py(at));
      text(LEFT - 7, py(at) + 4, "end", "tick", label(at, y));
    }
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "middle", "axis", x.title());
    html.element(
        "text",
        y.title(),
        "transform",
        String.format(Locale.ROOT, "translate(13 %.0f) rotate(-90)", (TOP + HEIGHT - BOTTOM) / 2),
        "text-anchor",
        "middle",
        "class",
        "axis");
  }

  private void line(double x1, double y1, double x2, double y2) {
    html.shape(
        "line",
        "class",
        "grid",
        "x1",
        Figures.px(x1),
        "y1",
        Figures.px(y1),
        "x2",
        Figures.px(x2),
        "y2",
        Figures.px(y2));
  }

  private static String label(double value, Axis axis) {
    String text = Figures.number(value, axis.decimals());
    return text.startsWith("-") ? "\u2212" + text.substring(1) : text;
  }
}
