package dev.facealign.shape.report;

import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * Where faces in label units come to lie on a sheet: all in one scale, the same in x and y.
 *
 * @param scale of the sheet's units to a label unit
 */
record FaceFrame(double scale, double left, double top) {

  /**
   * The largest frame in which all faces fit.
   *
   * @param faces 2M numbers each; at least one
   * @param area of the sheet
   */
  static FaceFrame fitting(List<double[]> faces, Rectangle2D area) {
    double minX = Double.POSITIVE_INFINITY;
    double minY = Double.POSITIVE_INFINITY;
    double maxX = Double.NEGATIVE_INFINITY;
    double maxY = Double.NEGATIVE_INFINITY;
    for (double[] face : faces) {
      for (int i = 0; i < face.length; i += 2) {
        minX = Math.min(minX, face[i]);
        maxX = Math.max(maxX, face[i]);
        minY = Math.min(minY, face[i + 1]);
        maxY = Math.max(maxY, face[i + 1]);
      }
    }
    // A face of one point has no extent.
    double width = Math.max(maxX - minX, 1e-6);
    double height = Math.max(maxY - minY, 1e-6);
    double scale = Math.min(area.getWidth() / width, area.getHeight() / height);
    return new FaceFrame(
        scale,
        area.getCenterX() - scale * (minX + maxX) / 2,
        area.getCenterY() - scale * (minY + maxY) / 2);
  }

  /** The same frame elsewhere on the sheet. */
  FaceFrame moved(double dx, double dy) {
    return new FaceFrame(scale, left + dx, top + dy);
  }

  double x(double label) {
    return left + scale * label;
  }

  double y(double label) {
    return top + scale * label;
  }
}
