package dev.facealign.render;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.SplittableRandom;

/** What is behind a person: walls, lights, shelves. */
final class Backdrop {
  private Backdrop() {}

  static void paint(Graphics2D g, int size, SplittableRandom random) {
    Color one = colour(random);
    Color two =
        random.nextBoolean() ? Palette.shade(one, random.nextDouble(0.4, 1.5)) : colour(random);
    double angle = random.nextDouble(2 * Math.PI);
    float dx = (float) (size * Math.cos(angle) / 2);
    float dy = (float) (size * Math.sin(angle) / 2);
    float middle = size / 2f;
    g.setPaint(new GradientPaint(middle - dx, middle - dy, one, middle + dx, middle + dy, two));
    g.fill(new Rectangle2D.Double(-1, -1, size + 2, size + 2));
    int kind = random.nextInt(4);
    if (kind == 1) {
      lights(g, size, random);
    } else if (kind == 2) {
      shelves(g, size, random);
    } else if (kind == 3) {
      foliage(g, size, random);
    }
  }

  private static void lights(Graphics2D g, int size, SplittableRandom random) {
    for (int i = random.nextInt(8, 24); i > 0; i--) {
      double radius = size * random.nextDouble(0.02, 0.14);
      g.setColor(Palette.alpha(colour(random), random.nextDouble(0.15, 0.5)));
      g.fill(
          new Ellipse2D.Double(
              random.nextDouble(size) - radius,
              random.nextDouble(size) - radius,
              2 * radius,
              2 * radius));
    }
  }

  private static void shelves(Graphics2D g, int size, SplittableRandom random) {
    AffineTransform before = g.getTransform();
    g.rotate(random.nextDouble(-0.1, 0.1), size / 2.0, size / 2.0);
    double x = -0.1 * size;
    while (x < 1.1 * size) {
      double width = size * random.nextDouble(0.03, 0.2);
      g.setColor(Palette.alpha(colour(random), random.nextDouble(0.3, 0.9)));
      double top = random.nextDouble() < 0.5 ? -size * 0.1 : size * random.nextDouble(0.6);
      g.fill(new Rectangle2D.Double(x, top, width, size * random.nextDouble(0.4, 1.2)));
      x += width * random.nextDouble(1, 1.6);
    }
    g.setTransform(before);
  }

  private static void foliage(Graphics2D g, int size, SplittableRandom random) {
    Color base = colour(random);
    for (int i = 70; i > 0; i--) {
      g.setColor(Palette.alpha(Palette.shade(base, random.nextDouble(0.4, 1.4)), 0.55));
      double width = size * random.nextDouble(0.03, 0.15);
      double height = width * random.nextDouble(0.3, 1);
      g.fill(
          new Ellipse2D.Double(
              random.nextDouble(size) - width / 2,
              random.nextDouble(size) - height / 2,
              width,
              height));
    }
  }

  private static Color colour(SplittableRandom random) {
    float saturation = (float) (random.nextDouble() * random.nextDouble());
    return Color.getHSBColor(
        (float) random.nextDouble(), saturation, (float) random.nextDouble(0.12, 0.97));
  }
}
