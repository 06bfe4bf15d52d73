package dev.facealign.render;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;
import dev.facealign.landmark.Landmarks;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/** Draws a face's points and the lines that join them onto a picture. */
public final class LandmarkDrawing {
  private final LandmarkScheme scheme;
  private final Color colour;

  public LandmarkDrawing(LandmarkScheme scheme, Color colour) {
    this.scheme = scheme;
    this.colour = colour;
  }

  /**
   * Draws onto the picture itself.
   *
   * @param face of the scheme; points that are not finite are left out
   */
  public void draw(BufferedImage image, Landmarks face) {
    scheme.requireCount(face.count());
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    // Java2D has the first pixel's centre at (0.5, 0.5).
    g.translate(0.5, 0.5);
    double extent = extent(face);
    double radius = Math.max(0.9, extent / 90);
    g.setStroke(new BasicStroke((float) Math.max(0.6, extent / 260)));
    g.setColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 150));
    for (FaceRegion region : scheme.regions().values()) {
      g.draw(line(face, region.points(), region.closed()));
    }
    g.setColor(colour);
    for (int m = 0; m < face.count(); m++) {
      if (Double.isFinite(face.x(m)) && Double.isFinite(face.y(m))) {
        g.fill(
            new Ellipse2D.Double(face.x(m) - radius, face.y(m) - radius, 2 * radius, 2 * radius));
      }
    }
    g.dispose();
  }

  private static Path2D line(Landmarks face, int[] points, boolean ring) {
    Path2D path = new Path2D.Double();
    for (int m : points) {
      if (!Double.isFinite(face.x(m)) || !Double.isFinite(face.y(m))) {
        continue;
      }
      if (path.getCurrentPoint() == null) {
        path.moveTo(face.x(m), face.y(m));
      } else {
        path.lineTo(face.x(m), face.y(m));
      }
    }
    if (ring && path.getCurrentPoint() != null) {
      path.closePath();
    }
    return path;
  }

  private static double extent(Landmarks face) {
    return face.isFinite() ? face.boundingBox().longerSide() : 0;
  }
}
