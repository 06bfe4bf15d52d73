package dev.facealign.render;

import dev.facealign.geometry.Affine;
import dev.facealign.landmark.Landmarks;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/**
 * Draws faces whose points are known exactly. The same seed and size give the same face.
 * Thread-safe.
 */
public final class FaceRenderer {
  /**
   * Draws a face.
   *
   * @param seed which face
   * @param sizePx side of the picture, pixels, at least 32
   */
  public RenderedFace render(long seed, int sizePx) {
    SplittableRandom random = new SplittableRandom(seed);
    BufferedImage image = new BufferedImage(sizePx, sizePx, BufferedImage.TYPE_INT_RGB);
    double[] xy = new double[136];
    double jaw = random.nextDouble(0.85, 1.1);
    for (int i = 0; i <= 16; i++) {
      double angle = Math.PI * i / 16;
      put(xy, i, -jaw * Math.cos(angle), 1.1 * Math.sin(angle));
    }
    for (int i = 0; i < 5; i++) {
      put(xy, 17 + i, -0.8 + 0.15 * i, -0.35 - 0.08 * Math.sin(Math.PI * i / 4));
      put(xy, 22 + i, 0.2 + 0.15 * i, -0.35 - 0.08 * Math.sin(Math.PI * i / 4));
    }
    for (int i = 0; i < 4; i++) {
      put(xy, 27 + i, 0, -0.15 + 0.15 * i);
    }
    for (int i = 0; i < 5; i++) {
      put(xy, 31 + i, -0.16 + 0.08 * i, 0.4 + 0.03 * Math.sin(Math.PI * i / 4));
    }
    for (int i = 0; i < 6; i++) {
      double angle = Math.PI - Math.PI * i / 3;
      put(xy, 36 + i, -0.45 + 0.16 * Math.cos(angle), -0.12 - 0.07 * Math.sin(angle));
      put(xy, 42 + i, 0.45 + 0.16 * Math.cos(angle), -0.12 - 0.07 * Math.sin(angle));
    }
    double open = random.nextDouble(0.08, 0.2);
    for (int i = 0; i < 12; i++) {
      double angle = Math.PI - Math.PI * i / 6;
      put(xy, 48 + i, 0.32 * Math.cos(angle), 0.7 - open * Math.sin(angle));
    }
    for (int i = 0; i < 8; i++) {
      double angle = Math.PI - Math.PI * i / 4;
      put(xy, 60 + i, 0.26 * Math.cos(angle), 0.7 - (open - 0.06) * Math.sin(angle));
    }
    Affine toImage =
        Affine.rotation(random.nextDouble(-0.3, 0.3))
            .then(Affine.scale(0.28 * sizePx, 0.28 * sizePx))
            .then(Affine.translate(0.5 * sizePx, 0.45 * sizePx));
    Landmarks landmarks = Landmarks.of(xy).map(toImage);
    draw(image, landmarks, random);
    return new RenderedFace(image, landmarks);
  }

  private static void draw(BufferedImage image, Landmarks face, SplittableRandom random) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(new Color(random.nextInt(0x1000000)));
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    g.translate(0.5, 0.5);
    g.setColor(new Color(200 + random.nextInt(40), 160 + random.nextInt(30), 140));
    g.fill(path(face, 0, 16, true));
    g.fill(path(face, 17, 26, true));
    g.setColor(Color.WHITE);
    g.fill(path(face, 36, 41, true));
    g.fill(path(face, 42, 47, true));
    g.setColor(new Color(180, 60, 60));
    g.fill(path(face, 48, 59, true));
    g.setColor(new Color(60, 20, 20));
    g.fill(path(face, 60, 67, true));
    g.setStroke(new BasicStroke(2));
    g.draw(path(face, 17, 21, false));
    g.draw(path(face, 22, 26, false));
    g.draw(path(face, 27, 35, false));
    g.dispose();
  }

  private static Path2D path(Landmarks face, int first, int last, boolean ring) {
    Path2D path = new Path2D.Double();
    path.moveTo(face.x(first), face.y(first));
    for (int m = first + 1; m <= last; m++) {
      path.lineTo(face.x(m), face.y(m));
    }
    if (ring) {
      path.closePath();
    }
    return path;
  }

  private static void put(double[] xy, int m, double x, double y) {
    xy[2 * m] = x;
    xy[2 * m + 1] = y;
  }
}
