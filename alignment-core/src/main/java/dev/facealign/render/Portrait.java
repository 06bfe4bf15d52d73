package dev.facealign.render;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.MultipleGradientPaint;
import java.awt.Paint;
import java.awt.RadialGradientPaint;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Paints one head. All coordinates are the picture's. */
final class Portrait {
  private final Graphics2D g;
  private final SplittableRandom random;
  private final HeadShape head;
  private final HeadPose pose;
  private final Palette palette;
  private final double[][] points;
  private final double[][] brow;
  private final double unit;
  private final Shape face;
  private final double gazeX;
  private final double gazeY;

  Portrait(
      Graphics2D g,
      SplittableRandom random,
      HeadShape head,
      HeadPose pose,
      Palette palette,
      double[][] points) {
    this.g = g;
    this.random = random;
    this.head = head;
    this.pose = pose;
    this.palette = palette;
    this.points = points;
    this.unit = pose.scale();
    this.brow = Arrays.stream(head.forehead()).map(pose::projectOutline).toArray(double[][]::new);
    this.face = faceOutline();
    this.gazeX = HeadShape.vary(random, 0, 0.09, -0.22, 0.22);
    this.gazeY = HeadShape.vary(random, 0, 0.03, -0.07, 0.08);
  }

  void paint() {
    Hair hair = new Hair(g, random, pose, palette);
    hair.paintBehind();
    neckAndShoulders();
    ears();
    g.setColor(palette.skin());
    g.fill(face);
    shadeFace();
    eyes();
    nose();
    beard();
    mouth();
    brows();
    hair.paintInFront(brow, face);
    new Accessories(g, random, pose, points, palette).paint();
  }

  private Shape faceOutline() {
    double[][] ring = new double[17 + brow.length][];
    System.arraycopy(points, 0, ring, 0, 17);
    System.arraycopy(brow, 0, ring, 17, brow.length);
    return Curves.ring(ring);
  }

  private void neckAndShoulders() {
    Color clothes =
        Color.getHSBColor(
            (float) random.nextDouble(),
            (float) random.nextDouble(0.8),
            (float) random.nextDouble(0.1, 0.95));
    double[] shoulderLeft = pose.project(-2.6, 3.4, -1);
    double[] shoulderRight = pose.project(2.6, 3.4, -1);
    double[] neckLeft = pose.project(-0.62, 2.15, -0.8);
    double[] neckRight = pose.project(0.62, 2.15, -0.8);
    double[] low = pose.project(0, 6, -1);
    double[] jawLeft = pose.project(-0.68, 0.9, -0.7);
    double[] jawRight = pose.project(0.68, 0.9, -0.7);
    g.setColor(Palette.shade(palette.skin(), 0.78));
    Path2D neck = new Path2D.Double();
    neck.moveTo(jawLeft[0], jawLeft[1]);
    neck.lineTo(neckLeft[0], neckLeft[1]);
    double[] pit = pose.project(0, 2.75, -0.5);
    neck.lineTo(pit[0], pit[1]);
    neck.lineTo(neckRight[0], neckRight[1]);
    neck.lineTo(jawRight[0], jawRight[1]);
    neck.closePath();
    g.fill(neck);
    double[] collar = pose.project(0, random.nextDouble(2.2, 2.9), -0.4);
    Path2D body = new Path2D.Double();
    body.moveTo(neckLeft[0], neckLeft[1]);
    body.quadTo(shoulderLeft[0], neckLeft[1] + 0.3 * unit, shoulderLeft[0], shoulderLeft[1]);
    body.lineTo(low[0] - 2.6 * unit, low[1]);
    body.lineTo(low[0] + 2.6 * unit, low[1]);
    body.lineTo(shoulderRight[0], shoulderRight[1]);
    body.quadTo(shoulderRight[0], neckRight[1] + 0.3 * unit, neckRight[0], neckRight[1]);
    body.quadTo(collar[0], collar[1], neckLeft[0], neckLeft[1]);
    g.setColor(clothes);
    g.fill(body);
  }

  private void ears() {
    for (int side = -1; side <= 1; side += 2) {
      // The ear on the side turned away is behind the cheek.
      if (side * pose.yaw() > 0.15) {
        continue;
      }
      double[] jaw = side < 0 ? points[1] : points[15];
      double[] top = side < 0 ? points[0] : points[16];
      double[] centre = {(jaw[0] + top[0]) / 2, (jaw[1] + top[1]) / 2};
      Shape ear =
          new Ellipse2D.Double(
              centre[0] - 0.13 * unit + side * 0.06 * unit,
              centre[1] - 0.27 * unit,
              0.26 * unit,
              0.54 * unit);
      g.setColor(Palette.shade(palette.skin(), 0.88));
      g.fill(ear);
      g.setColor(Palette.alpha(Palette.shade(palette.skin(), 0.55), 0.5));
      g.setStroke(line(0.025));
      g.draw(ear);
    }
  }

  private void shadeFace() {
    Shape clip = g.getClip();
    g.clip(face);
    double[] middle = pose.project(0, 0.5, 0);
    double angle = random.nextDouble(-Math.PI, 0.3);
    double strength = random.nextDouble(0.1, 0.55);
    float dx = (float) (1.1 * unit * Math.cos(angle));
    float dy = (float) (1.1 * unit * Math.sin(angle));
    Color shadow = Palette.mix(Palette.shade(palette.skin(), 0.25), new Color(0x301020), 0.3);
    paint(
        new GradientPaint(
            (float) middle[0] + dx,
            (float) middle[1] + dy,
            Palette.alpha(Color.WHITE, 0.22 * strength),
            (float) middle[0] - dx,
            (float) middle[1] - dy,
            Palette.alpha(shadow, strength)),
        face);
    // The cheeks turn away from the viewer towards the outline.
    double[] centre = pose.project(0, 0.45, 0.4);
    paint(
        new RadialGradientPaint(
            (float) centre[0],
            (float) centre[1],
            (float) (1.35 * unit),
            new float[] {0.55f, 1f},
            new Color[] {Palette.alpha(shadow, 0), Palette.alpha(shadow, 0.45)}),
        face);
    for (int side = -1; side <= 1; side += 2) {
      glow(pose.project(side * 0.41, -0.04, 0.2), 0.34, 0.2, Palette.alpha(shadow, 0.34));
      glow(
          pose.project(side * 0.5, 0.55, 0.25),
          0.33,
          0.28,
          Palette.alpha(new Color(0xd0504a), 0.16));
      glow(pose.project(side * 0.45, 0.4, 0.35), 0.22, 0.15, Palette.alpha(Color.WHITE, 0.16));
    }
    glow(pose.project(0, -0.55, 0.3), 0.5, 0.28, Palette.alpha(Color.WHITE, 0.16));
    glow(pose.project(0, 1.36, 0.45), 0.2, 0.13, Palette.alpha(Color.WHITE, 0.13));
    g.setClip(clip);
    g.setStroke(line(0.02));
    g.setColor(Palette.alpha(Palette.shade(palette.skin(), 0.45), 0.55));
    g.draw(Curves.through(range(0, 16)));
  }

  private void eyes() {
    eye(range(36, 41), 1);
    eye(
        new double[][] {points[45], points[44], points[43], points[42], points[47], points[46]},
        -1);
  }

  /** Outer corner, upper lid, inner corner, lower lid. */
  private void eye(double[][] p, int inwards) {
    double[][] upper = {p[0], p[1], p[2], p[3]};
    double[][] lower = {p[3], p[4], p[5], p[0]};
    Path2D eye = Curves.between(upper, lower);
    double width = Math.hypot(p[3][0] - p[0][0], p[3][1] - p[0][1]);
    double[] centre = {(p[0][0] + p[3][0]) / 2, (p[1][1] + p[2][1] + p[4][1] + p[5][1]) / 4};
    g.setColor(Palette.mix(Color.WHITE, palette.skin(), 0.14));
    g.fill(eye);
    Shape clip = g.getClip();
    g.clip(eye);
    double radius = 0.235 * Math.max(width, 0.62 * 2 * head.eyeWidth() * unit);
    double x = centre[0] + gazeX * width;
    double y = centre[1] + gazeY * width - 0.02 * unit;
    g.setColor(Palette.shade(palette.iris(), 0.55));
    g.fill(circle(x, y, radius));
    g.setColor(palette.iris());
    g.fill(circle(x, y, 0.86 * radius));
    g.setColor(new Color(0x0b0908));
    g.fill(circle(x, y, 0.45 * radius));
    g.setColor(Palette.alpha(Color.BLACK, 0.28));
    g.setStroke(line(0.07));
    g.draw(Curves.through(upper));
    g.setColor(Palette.alpha(Color.WHITE, 0.9));
    g.fill(circle(x - 0.3 * radius, y - 0.35 * radius, 0.2 * radius));
    g.setClip(clip);
    g.setColor(Palette.alpha(new Color(0xb0605a), 0.6));
    g.fill(circle(p[3][0] - inwards * 0.02 * unit, p[3][1], 0.022 * unit));
    g.setColor(Palette.alpha(new Color(0x1a0f0a), 0.85));
    g.setStroke(line(0.032));
    g.draw(Curves.through(upper));
    g.setColor(Palette.alpha(Palette.shade(palette.skin(), 0.45), 0.6));
    g.setStroke(line(0.018));
    g.draw(Curves.through(lower));
    // The crease above the lid.
    double lift = -0.055 * unit;
    g.setColor(Palette.alpha(Palette.shade(palette.skin(), 0.5), 0.5));
    g.draw(
        Curves.through(
            shifted(p[0], 0, lift * 0.3),
            shifted(p[1], 0, lift),
            shifted(p[2], 0, lift),
            shifted(p[3], 0, lift * 0.5)));
  }

  private void nose() {
    Color shadow = Palette.shade(palette.skin(), 0.4);
    double lit = random.nextBoolean() ? 1 : -1;
    double[] bridge = points[27];
    double[] tip = points[30];
    double[] wing = lit > 0 ? points[31] : points[35];
    Path2D side = new Path2D.Double();
    side.moveTo(bridge[0] - lit * 0.07 * unit, bridge[1]);
    side.quadTo(
        points[29][0] - lit * 0.02 * unit, points[29][1], tip[0] - lit * 0.05 * unit, tip[1]);
    side.lineTo(wing[0], wing[1]);
    side.quadTo(
        wing[0] - lit * 0.05 * unit,
        wing[1] - 0.2 * unit,
        bridge[0] - lit * 0.12 * unit,
        bridge[1]);
    side.closePath();
    g.setColor(Palette.alpha(shadow, random.nextDouble(0.14, 0.34)));
    g.fill(side);
    glow(new double[] {points[29][0], points[29][1]}, 0.07, 0.24, Palette.alpha(Color.WHITE, 0.2));
    glow(shifted(tip, 0, 0.01 * unit), 0.1, 0.09, Palette.alpha(Color.WHITE, 0.32));
    // The base: wings, nostrils, the shadow below.
    glow(shifted(points[33], 0, 0.03 * unit), 0.25, 0.09, Palette.alpha(shadow, 0.4));
    g.setColor(Palette.alpha(new Color(0x1d0e0a), 0.75));
    for (int m = 32; m <= 34; m += 2) {
      double[] towards = m == 32 ? points[31] : points[35];
      double x = (1.3 * points[m][0] + 0.7 * towards[0]) / 2;
      double y = (1.3 * points[m][1] + 0.7 * towards[1]) / 2 - 0.025 * unit;
      g.fill(new Ellipse2D.Double(x - 0.05 * unit, y - 0.022 * unit, 0.1 * unit, 0.044 * unit));
    }
    g.setColor(Palette.alpha(shadow, 0.75));
    g.setStroke(line(0.022));
    g.draw(Curves.through(range(31, 35)));
    g.setStroke(line(0.028));
    wing(points[31], -1);
    wing(points[35], 1);
    g.setColor(Palette.alpha(shadow, random.nextDouble(0.05, 0.4)));
    for (int side2 = -1; side2 <= 1; side2 += 2) {
      double[] from = side2 < 0 ? points[31] : points[35];
      double[] to = side2 < 0 ? points[48] : points[54];
      g.draw(
          Curves.through(
              shifted(from, side2 * 0.07 * unit, -0.02 * unit),
              new double[] {
                (from[0] + to[0]) / 2 + side2 * 0.1 * unit, (from[1] + to[1]) / 2 - 0.02 * unit
              },
              shifted(to, side2 * 0.09 * unit, -0.02 * unit)));
    }
  }

  private void wing(double[] end, int side) {
    g.draw(
        Curves.through(
            shifted(end, 0, 0),
            shifted(end, side * 0.035 * unit, -0.06 * unit),
            shifted(end, side * 0.005 * unit, -0.14 * unit)));
  }

  private void mouth() {
    double[][] upperOuter = range(48, 54);
    double[][] lowerOuter = {
      points[54], points[55], points[56], points[57], points[58], points[59], points[48]
    };
    double[][] upperInner = range(60, 64);
    double[][] lowerInner = {points[64], points[65], points[66], points[67], points[60]};
    Path2D lips = Curves.between(upperOuter, lowerOuter);
    g.setColor(palette.lips());
    g.fill(lips);
    Shape clip = g.getClip();
    g.clip(lips);
    double[] top = points[51];
    double[] low = points[57];
    paint(
        new GradientPaint(
            (float) top[0],
            (float) top[1],
            Palette.alpha(Color.BLACK, 0.28),
            (float) low[0],
            (float) low[1],
            Palette.alpha(Color.WHITE, 0.12)),
        lips);
    g.setClip(clip);
    Path2D opening = Curves.between(upperInner, lowerInner);
    g.setColor(new Color(0x3a1214));
    g.fill(opening);
    g.clip(opening);
    double gap = Math.hypot(points[66][0] - points[62][0], points[66][1] - points[62][1]);
    if (gap > 0.05 * unit) {
      teeth(gap);
    }
    g.setClip(clip);
    g.setColor(Palette.alpha(new Color(0x3a1214), 0.8));
    g.setStroke(line(0.022));
    g.draw(Curves.through(upperInner));
    g.setColor(Palette.alpha(Palette.shade(palette.lips(), 0.6), 0.6));
    g.setStroke(line(0.016));
    g.draw(Curves.through(upperOuter));
    g.draw(Curves.through(lowerOuter));
    glow(
        shifted(points[57], 0, 0.07 * unit),
        0.2,
        0.06,
        Palette.alpha(Palette.shade(palette.skin(), 0.4), 0.4));
  }

  private void teeth(double gap) {
    g.setColor(new Color(0xb04a4a));
    double[] floor = points[66];
    g.fill(
        new Ellipse2D.Double(floor[0] - 0.2 * unit, floor[1] - 0.1 * unit, 0.4 * unit, 0.2 * unit));
    double depth = Math.min(gap * 0.75, 0.11 * unit);
    double[][] edge = new double[5][];
    double[][] gums = new double[5][];
    for (int j = 0; j < 5; j++) {
      edge[4 - j] = shifted(points[60 + j], 0, depth * (j == 0 || j == 4 ? 0.5 : 1));
      gums[j] = shifted(points[60 + j], 0, -0.05 * unit);
    }
    g.setColor(new Color(0xeee8dc));
    g.fill(Curves.between(gums, edge));
  }

  private void brows() {
    double thick = random.nextDouble(0.045, 0.12);
    Color colour = Palette.shade(palette.hair(), random.nextDouble(0.6, 1));
    brow(range(17, 21), thick, colour);
    brow(
        new double[][] {points[26], points[25], points[24], points[23], points[22]}, thick, colour);
  }

  /**
   * From the outer end inwards. The points run along the brow, a little above its middle, as
   * annotators put them.
   */
  private void brow(double[][] p, double thick, Color colour) {
    double[] weights = {0.3, 0.75, 1, 1.05, 0.85};
    double[][] above = new double[5][];
    double[][] below = new double[5][];
    double[] down = {-Math.sin(pose.roll()) * unit, Math.cos(pose.roll()) * unit};
    for (int j = 0; j < 5; j++) {
      double reach = thick * weights[j];
      above[j] = shifted(p[j], -0.4 * reach * down[0], -0.4 * reach * down[1]);
      below[4 - j] = shifted(p[j], 0.6 * reach * down[0], 0.6 * reach * down[1]);
    }
    Shape brow = Curves.between(above, below);
    g.setColor(Palette.alpha(colour, 0.35));
    g.setStroke(line(0.03));
    g.draw(brow);
    g.setColor(Palette.alpha(colour, 0.8));
    g.fill(brow);
  }

  private void beard() {
    double draw = random.nextDouble();
    if (draw < 0.6) {
      return;
    }
    double[][] moustache = {
      points[15],
      between(points[54], points[13], 0.45),
      shifted(points[54], 0.03 * unit, -0.07 * unit),
      between(points[52], points[34], 0.45),
      between(points[51], points[33], 0.4),
      between(points[50], points[32], 0.45),
      shifted(points[48], -0.03 * unit, -0.07 * unit),
      between(points[48], points[3], 0.45),
      points[1]
    };
    Path2D region = Curves.through(range(1, 15));
    region.append(Curves.through(moustache), true);
    region.closePath();
    Area lower = new Area(region);
    lower.intersect(new Area(face));
    g.setColor(Palette.alpha(palette.hair(), draw < 0.82 ? random.nextDouble(0.12, 0.32) : 0.85));
    g.fill(lower);
  }

  private void glow(double[] centre, double across, double down, Color colour) {
    Ellipse2D ellipse =
        new Ellipse2D.Double(
            centre[0] - across * unit, centre[1] - down * unit, 2 * across * unit, 2 * down * unit);
    AffineTransform squash = new AffineTransform();
    squash.translate(centre[0], centre[1]);
    squash.scale(across * unit, down * unit);
    paint(
        new RadialGradientPaint(
            new Point2D.Double(0, 0),
            1f,
            new Point2D.Double(0, 0),
            new float[] {0f, 1f},
            new Color[] {colour, Palette.alpha(colour, 0)},
            MultipleGradientPaint.CycleMethod.NO_CYCLE,
            MultipleGradientPaint.ColorSpaceType.SRGB,
            squash),
        ellipse);
  }

  private void paint(Paint paint, Shape shape) {
    g.setPaint(paint);
    g.fill(shape);
  }

  private BasicStroke line(double width) {
    return new BasicStroke(
        (float) Math.max(0.6, width * unit), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }

  private double[][] range(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(m -> points[m]).toArray(double[][]::new);
  }

  private static double[] shifted(double[] point, double dx, double dy) {
    return new double[] {point[0] + dx, point[1] + dy};
  }

  private static double[] between(double[] a, double[] b, double share) {
    return new double[] {a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])};
  }

  private static Ellipse2D circle(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }
}
