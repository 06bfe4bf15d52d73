package dev.facealign.render;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.SplittableRandom;

/** Glasses, and things that come between a face and the camera. */
final class Accessories {
  private final Graphics2D g;
  private final SplittableRandom random;
  private final HeadPose pose;
  private final double[][] points;
  private final Palette palette;
  private final double unit;

  Accessories(
      Graphics2D g, SplittableRandom random, HeadPose pose, double[][] points, Palette palette) {
    this.g = g;
    this.random = random;
    this.pose = pose;
    this.points = points;
    this.palette = palette;
    this.unit = pose.scale();
  }

  void paint() {
    if (random.nextDouble() < 0.2) {
      glasses();
    }
    if (random.nextDouble() < 0.12) {
      switch (random.nextInt(4)) {
        case 0 -> hand();
        case 1 -> microphone();
        case 2 -> mask();
        default -> board();
      }
    }
  }

  private void glasses() {
    boolean dark = random.nextDouble() < 0.2;
    boolean round = random.nextBoolean();
    Color frame =
        random.nextBoolean()
            ? new Color(0x141414)
            : Palette.shade(new Color(0x7a5230), random.nextDouble(0.5, 1.3));
    double halfWidth = random.nextDouble(0.28, 0.345);
    double halfHeight = random.nextDouble(0.2, 0.27);
    BasicStroke rim = new BasicStroke((float) Math.max(0.8, random.nextDouble(0.02, 0.06) * unit));
    double[][] centres = {middle(36, 39), middle(42, 45)};
    double tilt = Math.atan2(centres[1][1] - centres[0][1], centres[1][0] - centres[0][0]);
    double squeeze = Math.max(0.6, Math.cos(pose.yaw()));
    for (double[] centre : centres) {
      Shape lens =
          turned(
              round
                  ? new Ellipse2D.Double(
                      -halfWidth * squeeze * unit,
                      -halfHeight * unit,
                      2 * halfWidth * squeeze * unit,
                      2 * halfHeight * unit)
                  : new RoundRectangle2D.Double(
                      -halfWidth * squeeze * unit,
                      -0.9 * halfHeight * unit,
                      2 * halfWidth * squeeze * unit,
                      1.8 * halfHeight * unit,
                      0.15 * unit,
                      0.15 * unit),
              centre[0],
              centre[1] + 0.03 * unit,
              tilt);
      g.setColor(dark ? Palette.alpha(new Color(0x101216), 0.88) : Palette.alpha(Color.WHITE, 0.1));
      g.fill(lens);
      g.setColor(frame);
      g.setStroke(rim);
      g.draw(lens);
    }
    double reach = halfWidth * squeeze * unit;
    g.draw(
        Curves.through(
            along(centres[0], tilt, reach),
            new double[] {points[27][0], points[27][1] - 0.02 * unit},
            along(centres[1], tilt, -reach)));
    if (pose.yaw() < 0.2) {
      g.draw(Curves.through(along(centres[1], tilt, reach), along(points[16], tilt, 0.02 * unit)));
    }
    if (pose.yaw() > -0.2) {
      g.draw(Curves.through(along(centres[0], tilt, -reach), along(points[0], tilt, -0.02 * unit)));
    }
  }

  private void hand() {
    int side = random.nextBoolean() ? 1 : -1;
    double[] at = points[side > 0 ? random.nextInt(9, 14) : random.nextInt(3, 8)];
    double angle = random.nextDouble(-0.5, 0.5) - side * 0.4;
    for (int finger = 0; finger < 4; finger++) {
      double along = 0.17 * (finger - 1.5) * unit;
      double length = (0.75 - 0.08 * Math.abs(finger - 1.5)) * unit;
      Shape shape =
          turned(
              new RoundRectangle2D.Double(
                  along, -length, 0.165 * unit, 2.6 * unit, 0.17 * unit, 0.17 * unit),
              at[0] + 0.2 * side * unit,
              at[1] + 0.35 * unit,
              angle);
      g.setColor(Palette.shade(palette.skin(), 0.97 - 0.03 * finger));
      g.fill(shape);
      g.setColor(Palette.alpha(Palette.shade(palette.skin(), 0.45), 0.6));
      g.setStroke(new BasicStroke((float) Math.max(0.6, 0.02 * unit)));
      g.draw(shape);
    }
  }

  private void microphone() {
    double x = points[57][0] + random.nextDouble(-0.35, 0.35) * unit;
    double y = points[57][1] + random.nextDouble(0.05, 0.4) * unit;
    double angle = random.nextDouble(-0.7, 0.7);
    g.setColor(new Color(0x26262a));
    g.fill(turned(new Rectangle2D.Double(-0.1 * unit, 0, 0.2 * unit, 3 * unit), x, y, angle));
    g.setColor(new Color(0x55555c));
    g.fill(new Ellipse2D.Double(x - 0.2 * unit, y - 0.22 * unit, 0.4 * unit, 0.44 * unit));
  }

  private void mask() {
    Color cloth =
        Color.getHSBColor(
            (float) random.nextDouble(0.4, 0.65), 0.25f, (float) random.nextDouble(0.5, 0.95));
    double[][] upper = {points[2], middle(2, 31), points[29], middle(14, 35), points[14]};
    double[][] lower = {
      points[14], points[12], points[10], points[8], points[6], points[4], points[2]
    };
    Path2D mask = Curves.between(upper, lower);
    g.setColor(cloth);
    g.fill(mask);
    g.setColor(Palette.alpha(Palette.shade(cloth, 0.6), 0.6));
    g.setStroke(new BasicStroke((float) Math.max(0.6, 0.02 * unit)));
    g.draw(mask);
    g.draw(Curves.through(points[4], points[33], points[12]));
    g.draw(Curves.through(points[5], points[57], points[11]));
  }

  private void board() {
    double angle = random.nextDouble(2 * Math.PI);
    double[] centre = pose.project(0, 0.6, 0.3);
    Color colour =
        Color.getHSBColor(
            (float) random.nextDouble(),
            (float) random.nextDouble(0.8),
            (float) random.nextDouble(0.1, 0.95));
    g.setColor(colour);
    g.fill(
        turned(
            new Rectangle2D.Double(
                random.nextDouble(0.45, 0.85) * unit, -1.5 * unit, 2 * unit, 3 * unit),
            centre[0],
            centre[1],
            angle));
  }

  private double[] middle(int m, int n) {
    return new double[] {(points[m][0] + points[n][0]) / 2, (points[m][1] + points[n][1]) / 2};
  }

  private static double[] along(double[] point, double angle, double by) {
    return new double[] {point[0] + by * Math.cos(angle), point[1] + by * Math.sin(angle)};
  }

  private static Shape turned(Shape shape, double x, double y, double angle) {
    AffineTransform transform = AffineTransform.getTranslateInstance(x, y);
    transform.rotate(angle);
    return transform.createTransformedShape(shape);
  }
}
