package dev.facealign.cli.detect;

import dev.facealign.landmark.Landmarks;
import dev.facealign.v1.Face;

/** The points of an answered face. */
public final class FacePoints {
  private FacePoints() {}

  /** A face's points in pixels of the upright picture. */
  public static Landmarks of(Face face) {
    double[] xy = new double[2 * face.getLandmarksCount()];
    for (int m = 0; m < face.getLandmarksCount(); m++) {
      xy[2 * m] = face.getLandmarks(m).getX();
      xy[2 * m + 1] = face.getLandmarks(m).getY();
    }
    return Landmarks.of(xy);
  }
}
