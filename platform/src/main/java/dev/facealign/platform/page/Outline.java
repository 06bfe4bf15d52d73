package dev.facealign.platform.page;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;

/** A face's points x0, y0, x1, y1, ... as SVG paths. */
public final class Outline {

  private Outline() {}

  /** The parts of a face as lines. */
  public static String path(LandmarkScheme scheme, double[] xy) {
    StringBuilder path = new StringBuilder();
    for (FaceRegion region : scheme.regions().values()) {
      char command = 'M';
      for (int m : region.points()) {
        if (2 * m + 1 < xy.length) {
          point(path.append(command), xy, m);
          command = 'L';
        }
      }
      if (region.closed()) {
        path.append('Z');
      }
    }
    return path.toString();
  }

  /** Points as lines without length, whose round ends are dots. */
  public static String dots(double[] xy) {
    StringBuilder path = new StringBuilder();
    for (int m = 0; m < xy.length / 2; m++) {
      point(path.append('M'), xy, m).append("h0");
    }
    return path.toString();
  }

  /** From each point to the other of its number. */
  public static String differences(double[] from, double[] to) {
    StringBuilder path = new StringBuilder();
    for (int m = 0; m < Math.min(from.length, to.length) / 2; m++) {
      point(point(path.append('M'), from, m).append('L'), to, m);
    }
    return path.toString();
  }

  private static StringBuilder point(StringBuilder path, double[] xy, int m) {
    return path.append(Figures.px(xy[2 * m])).append(' ').append(Figures.px(xy[2 * m + 1]));
  }
}
