package dev.facealign.evaluation.report;

import java.util.List;

/**
 * Brings points into a picture of a given width.
 *
 * @param height of the picture
 */
record Frame(double scale, double left, double top, double margin, double height) {

  /** Around x0, y0, x1, y1, ..., as wide as the picture is without its margins. */
  static Frame of(List<Double> xy, double width, double margin) {
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (int i = 0; i + 1 < xy.size(); i += 2) {
      left = Math.min(left, xy.get(i));
      right = Math.max(right, xy.get(i));
      top = Math.min(top, xy.get(i + 1));
      bottom = Math.max(bottom, xy.get(i + 1));
    }
    double scale = (width - 2 * margin) / Math.max(1e-9, Math.max(right - left, bottom - top));
    double spare = (width - 2 * margin) / scale - (right - left);
    return new Frame(scale, left - spare / 2, top, margin, scale * (bottom - top) + 2 * margin);
  }

  double[] map(List<Double> xy) {
    double[] mapped = new double[xy.size()];
    for (int i = 0; i + 1 < mapped.length; i += 2) {
      mapped[i] = margin + scale * (xy.get(i) - left);
      mapped[i + 1] = margin + scale * (xy.get(i + 1) - top);
    }
    return mapped;
  }
}
