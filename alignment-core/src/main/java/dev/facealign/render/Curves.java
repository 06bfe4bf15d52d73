package dev.facealign.render;

import java.awt.geom.Path2D;

/** Smooth lines through given points: Catmull-Rom splines. */
final class Curves {
  private Curves() {}

  /** A line that begins and ends at its first and last point. */
  static Path2D through(double[]... points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0][0], points[0][1]);
    append(path, points);
    return path;
  }

  /** A closed line. */
  static Path2D ring(double[]... points) {
    int n = points.length;
    Path2D path = new Path2D.Double();
    path.moveTo(points[0][0], points[0][1]);
    for (int i = 0; i < n; i++) {
      segment(path, points[(i + n - 1) % n], points[i], points[(i + 1) % n], points[(i + 2) % n]);
    }
    path.closePath();
    return path;
  }

  /** A closed shape of two lines that meet in corners: there, and back. */
  static Path2D between(double[][] there, double[][] back) {
    Path2D path = through(there);
    path.lineTo(back[0][0], back[0][1]);
    append(path, back);
    path.closePath();
    return path;
  }

  private static void append(Path2D path, double[][] points) {
    int last = points.length - 1;
    for (int i = 0; i < last; i++) {
      segment(
          path,
          points[Math.max(0, i - 1)],
          points[i],
          points[i + 1],
          points[Math.min(last, i + 2)]);
    }
  }

  private static void segment(
      Path2D path, double[] before, double[] from, double[] to, double[] after) {
    path.curveTo(
        from[0] + (to[0] - before[0]) / 6,
        from[1] + (to[1] - before[1]) / 6,
        to[0] - (after[0] - from[0]) / 6,
        to[1] - (after[1] - from[1]) / 6,
        to[0],
        to[1]);
  }
}
