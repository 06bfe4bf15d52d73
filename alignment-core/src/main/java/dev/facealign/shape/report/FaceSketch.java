package dev.facealign.shape.report;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.LinkedHashMap;
import java.util.Map;

/** Draws a face as the lines of its scheme's regions and its points. */
final class FaceSketch {
  private final LandmarkScheme scheme;
  private final Map<String, Color> colours = new LinkedHashMap<>();
  private final Color[] ofPoint;

  FaceSketch(LandmarkScheme scheme) {
    this.scheme = scheme;
    this.ofPoint = new Color[scheme.count()];
    for (FaceRegion region : scheme.regions().values()) {
      Color colour =
          colours.computeIfAbsent(kind(region), name -> SheetStyle.series(colours.size()));
      for (int point : region.points()) {
        ofPoint[point] = colour;
      }
    }
    for (int m = 0; m < ofPoint.length; m++) {
      if (ofPoint[m] == null) {
        ofPoint[m] = SheetStyle.QUIET;
      }
    }
  }

  /** "left-eye" and "right-eye" are of a kind. */
  private static String kind(FaceRegion region) {
    return region.name().replaceFirst("^(left|right)-", "");
  }

  /** The kinds of regions and their colours, in drawing order. */
  Map<String, Color> colours() {
    return colours;
  }

  Color colourOf(int point) {
    return ofPoint[point];
  }

  /** Each region in its colour, with points. */
  void drawRegions(Graphics2D g, FaceFrame frame, double[] face, double width) {
    g.setStroke(SheetStyle.line(width));
    for (FaceRegion region : scheme.regions().values()) {
      g.setColor(colours.getOrDefault(kind(region), SheetStyle.QUIET));
      g.draw(line(frame, face, region));
    }
    for (int m = 0; m < scheme.count(); m++) {
      g.setColor(colourOf(m));
      dot(g, frame, face, m, 1.4 * width);
    }
  }

  /** All regions in one colour; points that no region has, as dots. */
  void draw(Graphics2D g, FaceFrame frame, double[] face, Color colour, double width) {
    g.setStroke(SheetStyle.line(width));
    g.setColor(colour);
    for (FaceRegion region : scheme.regions().values()) {
      if (region.points().length > 1) {
        g.draw(line(frame, face, region));
      } else {
        dot(g, frame, face, region.points()[0], 1.5 * width);
      }
    }
    boolean[] drawn = new boolean[scheme.count()];
    scheme.regions().values().forEach(region -> mark(drawn, region.points()));
    for (int m = 0; m < drawn.length; m++) {
      if (!drawn[m]) {
        dot(g, frame, face, m, 1.5 * width);
      }
    }
  }

  private static void mark(boolean[] drawn, int[] points) {
    for (int point : points) {
      drawn[point] = true;
    }
  }

  static void dot(Graphics2D g, FaceFrame frame, double[] face, int m, double radius) {
    g.fill(
        new Ellipse2D.Double(
            frame.x(face[2 * m]) - radius,
            frame.y(face[2 * m + 1]) - radius,
            2 * radius,
            2 * radius));
  }

  private static Path2D line(FaceFrame frame, double[] face, FaceRegion region) {
    Path2D path = new Path2D.Double();
    for (int m : region.points()) {
      double x = frame.x(face[2 * m]);
      double y = frame.y(face[2 * m + 1]);
      if (path.getCurrentPoint() == null) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    if (region.closed() && region.points().length > 2) {
      path.closePath();
    }
    return path;
  }
}
