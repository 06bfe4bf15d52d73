package dev.facealign.render;

import java.util.SplittableRandom;

/** Which way a head is turned, and so where its points fall in the picture. Weak perspective. */
final class HeadPose {
  private static final double FOCAL_LENGTH = 7;

  /** A head turns about a point within the neck, not about its nose. */
  private static final double PIVOT_Y = 0.5;

  private static final double PIVOT_Z = -0.6;

  private final double yaw;
  private final double pitch;
  private final double roll;
  private double scale = 1;
  private double offsetX;
  private double offsetY;

  HeadPose(SplittableRandom random) {
    yaw = Math.toRadians(HeadShape.vary(random, 0, 15, -36, 36));
    pitch = Math.toRadians(HeadShape.vary(random, 0, 7, -18, 18));
    roll = Math.toRadians(HeadShape.vary(random, 0, 8, -28, 28));
  }

  /** Radians; positive looks to the picture's right. */
  double yaw() {
    return yaw;
  }

  /** Radians; positive is clockwise. */
  double roll() {
    return roll;
  }

  /** Pixels a unit. */
  double scale() {
    return scale;
  }

  /** Makes the box of the head's landmarks so large, and puts its centre there. */
  void place(HeadShape head, double longerSidePx, double centreX, double centreY) {
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (double[] at : landmarks(head)) {
      left = Math.min(left, at[0]);
      right = Math.max(right, at[0]);
      top = Math.min(top, at[1]);
      bottom = Math.max(bottom, at[1]);
    }
    double factor = longerSidePx / Math.max(right - left, bottom - top);
    offsetX = centreX - factor * (left + right) / 2;
    offsetY = centreY - factor * (top + bottom) / 2;
    scale = factor;
  }

  /** Where the head's landmarks fall, pixels: x and y each. */
  double[][] landmarks(HeadShape head) {
    double[][] points = head.landmarks();
    double[][] projected = new double[points.length][];
    for (int m = 0; m < points.length; m++) {
      projected[m] = m < HeadShape.JAW ? projectOutline(points[m]) : project(points[m]);
    }
    return projected;
  }

  /** Where a point of the face falls, pixels. */
  double[] project(double[] point) {
    return project(point[0], point[1], point[2]);
  }

  double[] project(double px, double py, double pz) {
    double y = py - PIVOT_Y;
    double z = pz - PIVOT_Z;
    double xTurned = px * Math.cos(yaw) + z * Math.sin(yaw);
    double zTurned = z * Math.cos(yaw) - px * Math.sin(yaw);
    double yNodded = y * Math.cos(pitch) + zTurned * Math.sin(pitch);
    double zNodded = zTurned * Math.cos(pitch) - y * Math.sin(pitch);
    double near = FOCAL_LENGTH / (FOCAL_LENGTH - zNodded);
    double x = xTurned * near;
    double yy = yNodded * near;
    return new double[] {
      offsetX + scale * (x * Math.cos(roll) - yy * Math.sin(roll)),
      offsetY + scale * (x * Math.sin(roll) + yy * Math.cos(roll))
    };
  }

  /**
   * Where a point of the outline falls. On the side that is turned away the outline is what the
   * viewer sees of the cheek and temple, which lies nearer than the ear; annotators put the jaw's
   * points there.
   */
  double[] projectOutline(double[] point) {
    boolean away = point[0] * yaw > 0;
    double z = point[2];
    if (away && z < 0.15) {
      z = 0.15 - (0.15 - z) * Math.max(0.1, 1 - 1.15 * Math.abs(Math.sin(yaw)));
    }
    return project(point[0], point[1], z);
  }
}
