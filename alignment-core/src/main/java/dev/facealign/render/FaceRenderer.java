package dev.facealign.render;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.Landmarks;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/**
 * Draws faces whose 68 points are known exactly: heads of many proportions in three dimensions,
 * turned and nodding, with skin, hair, glasses, beards, light, things in the way and a camera's
 * faults. For trying everything out without anybody's picture; a network trained on them alone
 * knows drawings, not people.
 *
 * <p>The same seed and size give the same face. Thread-safe.
 */
public final class FaceRenderer {
  private static final int SMALLEST_PX = 32;

  /** Share of the picture that the points' box takes on its longer side. */
  private static final double FACE_SHARE = 0.55;

  /**
   * Draws a face.
   *
   * @param seed which face
   * @param sizePx side of the picture, pixels, at least 32
   */
  public RenderedFace render(long seed, int sizePx) {
    if (sizePx < SMALLEST_PX) {
      throw FaultException.invalid("sizePx", sizePx, ">= " + SMALLEST_PX);
    }
    SplittableRandom random = new SplittableRandom(seed);
    HeadShape head = new HeadShape(random);
    HeadPose pose = new HeadPose(random);
    pose.place(
        head,
        FACE_SHARE * sizePx * random.nextDouble(0.9, 1.1),
        sizePx * random.nextDouble(0.45, 0.55),
        sizePx * random.nextDouble(0.47, 0.57));
    double[][] points = pose.landmarks(head);
    BufferedImage image = new BufferedImage(sizePx, sizePx, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    Backdrop.paint(g, sizePx, random);
    // Java2D has the first pixel's centre at (0.5, 0.5), landmarks at (0, 0).
    g.translate(0.5, 0.5);
    new Portrait(g, random, head, pose, Palette.of(random), points).paint();
    g.dispose();
    Photograph.develop(image, random);
    return new RenderedFace(image, landmarks(points));
  }

  private static Landmarks landmarks(double[][] points) {
    double[] xy = new double[2 * points.length];
    for (int m = 0; m < points.length; m++) {
      xy[2 * m] = points[m][0];
      xy[2 * m + 1] = points[m][1];
    }
    return Landmarks.of(xy);
  }
}
