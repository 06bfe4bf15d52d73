package dev.facealign.render;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.util.SplittableRandom;

/** Hair, or what is worn in its place. */
final class Hair {
  private enum Style {
    BALD,
    SHORT,
    FRINGE,
    PARTED,
    LONG,
    ROUND,
    CAP,
    SCARF
  }

  private final Graphics2D g;
  private final SplittableRandom random;
  private final HeadPose pose;
  private final Color colour;
  private final Color skin;
  private final Style style;
  private final double volume;

  Hair(Graphics2D g, SplittableRandom random, HeadPose pose, Palette palette) {
    this.g = g;
    this.random = random;
    this.pose = pose;
    this.skin = palette.skin();
    this.style = style(random);
    this.volume = random.nextDouble(1.02, 1.22);
    boolean cloth = style == Style.CAP || style == Style.SCARF;
    this.colour =
        cloth
            ? Color.getHSBColor(
                (float) random.nextDouble(),
                (float) random.nextDouble(0.7),
                (float) random.nextDouble(0.15, 0.9))
            : palette.hair();
  }

  private static Style style(SplittableRandom random) {
    double draw = random.nextDouble();
    double[] shares = {0.07, 0.22, 0.16, 0.18, 0.22, 0.06, 0.05, 0.04};
    Style[] styles = Style.values();
    for (int i = 0; i < shares.length; i++) {
      draw -= shares[i];
      if (draw < 0) {
        return styles[i];
      }
    }
    return Style.SHORT;
  }

  /** What the face covers. */
  void paintBehind() {
    switch (style) {
      case LONG -> behind(1.12 * volume, 1.05 * volume, random.nextDouble(1.4, 2.9));
      case SCARF -> behind(1.12, 1.12, 2.6);
      case ROUND -> behind(1.38 * volume, 1.4 * volume, 0.7);
      case BALD -> {
        g.setColor(Palette.shade(skin, 0.9));
        g.fill(skull(0.98, 1.06, 0.3));
      }
      default -> behind(1.0 * volume, volume, 0.45);
    }
  }

  private void behind(double width, double height, double length) {
    g.setColor(Palette.shade(colour, 0.75));
    g.fill(skull(width, height, length));
  }

  /** The head's outline from above, down to some length on both sides. */
  private Shape skull(double width, double height, double length) {
    int n = 11;
    double[][] outline = new double[n + 2][];
    for (int j = 0; j < n; j++) {
      double angle = Math.PI * j / (n - 1);
      outline[j + 1] =
          pose.project(width * Math.cos(angle), 0.1 - 1.33 * height * Math.sin(angle), -0.55);
    }
    outline[0] = pose.project(1.03 * width, length, -0.9);
    outline[n + 1] = pose.project(-1.03 * width, length, -0.9);
    Path2D path = Curves.through(outline);
    path.closePath();
    return path;
  }

  /**
   * What covers the forehead.
   *
   * @param hairline from right to left, where the forehead ends
   */
  void paintInFront(double[][] hairline, Shape face) {
    if (style == Style.BALD) {
      return;
    }
    int n = hairline.length;
    double[][] top = new double[n + 2][];
    double[][] edge = new double[n + 2][];
    double drop = drop();
    double part = random.nextDouble(-0.6, 0.6);
    double[] down = {-Math.sin(pose.roll()) * pose.scale(), Math.cos(pose.roll()) * pose.scale()};
    double high = style == Style.ROUND ? 1.4 : volume;
    for (int j = 0; j < n; j++) {
      double angle = Math.PI * (j + 1) / (n + 1);
      double across = Math.cos(angle);
      top[j + 1] = pose.project(1.02 * high * across, 0.1 - 1.33 * high * Math.sin(angle), -0.45);
      double hang = drop * Math.sin(angle);
      if (style == Style.PARTED || style == Style.LONG) {
        hang *= 0.25 + 1.6 * Math.min(1, Math.abs(across - part));
      } else if (style == Style.FRINGE) {
        hang += 0.05 * Math.sin(7 * angle + 10 * part);
      }
      edge[n - j] = shifted(hairline[j], down, hang);
    }
    double side =
        style == Style.LONG || style == Style.SCARF ? 0.75 : style == Style.CAP ? -0.3 : 0.1;
    top[0] = pose.project(1.04 * volume, side, -0.6);
    top[n + 1] = pose.project(-1.04 * volume, side, -0.6);
    edge[n + 1] = pose.projectOutline(new double[] {0.95, Math.min(side, 0.05), -0.6});
    edge[0] = pose.projectOutline(new double[] {-0.95, Math.min(side, 0.05), -0.6});
    Path2D hair = Curves.between(top, edge);
    g.setColor(colour);
    g.fill(hair);
    if (style == Style.LONG || style == Style.SCARF) {
      strand(1);
      strand(-1);
    }
    if (style != Style.CAP && style != Style.SCARF) {
      sheen(top, edge);
    }
    g.setColor(Palette.alpha(Palette.shade(colour, 0.4), 0.35));
    g.setStroke(new BasicStroke((float) (0.03 * pose.scale())));
    g.draw(Curves.through(edge));
  }

  private double drop() {
    return switch (style) {
      case FRINGE -> random.nextDouble(0.22, 0.5);
      case CAP -> random.nextDouble(0.2, 0.45);
      case SCARF -> random.nextDouble(0.02, 0.2);
      case PARTED, LONG -> random.nextDouble(0.05, 0.25);
      default -> random.nextDouble(-0.02, 0.12);
    };
  }

  /** Hair beside the cheeks. */
  private void strand(int side) {
    double inner = random.nextDouble(0.9, 0.98);
    double outer = 1.12 * volume;
    double length = random.nextDouble(0.9, 2.2);
    Path2D strand =
        Curves.ring(
            pose.projectOutline(new double[] {side * 0.9, -0.5, -0.6}),
            pose.projectOutline(new double[] {side * inner, 0.15, -0.72}),
            pose.project(side * inner, length, -0.75),
            pose.project(side * outer, length, -0.8),
            pose.project(side * outer, 0.1, -0.6));
    g.setColor(colour);
    g.fill(strand);
  }

  private void sheen(double[][] top, double[][] edge) {
    g.setStroke(new BasicStroke((float) Math.max(0.6, 0.015 * pose.scale())));
    int n = top.length;
    for (int i = 0; i < 26; i++) {
      double at = random.nextDouble(1, n - 2);
      double[] from = along(top, at);
      double[] to = along(edge, n - 1 - at + random.nextDouble(-0.3, 0.3));
      double begin = random.nextDouble(0.05, 0.4);
      double end = random.nextDouble(0.6, 0.98);
      Color shade = random.nextBoolean() ? Palette.shade(colour, 1.45) : Palette.shade(colour, 0.6);
      g.setColor(Palette.alpha(shade, 0.4));
      g.draw(Curves.through(mix(from, to, begin), mix(from, to, end)));
    }
  }

  private static double[] along(double[][] line, double at) {
    double within = Math.max(0, Math.min(line.length - 1.001, at));
    int i = (int) within;
    return mix(line[i], line[i + 1], within - i);
  }

  private static double[] mix(double[] a, double[] b, double share) {
    return new double[] {a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])};
  }

  private static double[] shifted(double[] point, double[] direction, double by) {
    return new double[] {point[0] + by * direction[0], point[1] + by * direction[1]};
  }
}
