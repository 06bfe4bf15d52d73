package dev.facealign.shape;

import dev.facealign.fault.FaultException;

/**
 * How hard each part of a face is: its distance from the smooth face over the largest such distance
 * of the face (METHOD equation 4). In [0, 1]; 0 / 0 is 0.
 */
public final class Phi {
  private Phi() {}

  /** For each x and each y: 2M numbers. */
  public static double[] perCoordinate(double[] face, double[] smooth) {
    requireSameLength(face, smooth);
    double[] phi = new double[face.length];
    for (int i = 0; i < phi.length; i++) {
      phi[i] = Math.abs(smooth[i] - face[i]);
    }
    return overLargest(phi);
  }

  /** For each point, by its Euclidean distance: M numbers. */
  public static double[] perLandmark(double[] face, double[] smooth) {
    requireSameLength(face, smooth);
    double[] phi = new double[face.length / 2];
    for (int m = 0; m < phi.length; m++) {
      phi[m] = Math.hypot(smooth[2 * m] - face[2 * m], smooth[2 * m + 1] - face[2 * m + 1]);
    }
    return overLargest(phi);
  }

  private static double[] overLargest(double[] distances) {
    double largest = 0;
    for (double distance : distances) {
      largest = Math.max(largest, distance);
    }
    if (largest > 0) {
      for (int i = 0; i < distances.length; i++) {
        distances[i] /= largest;
      }
    }
    return distances;
  }

  private static void requireSameLength(double[] face, double[] smooth) {
    if (face.length != smooth.length || face.length % 2 != 0) {
      throw FaultException.invalid(
          "face.length", face.length, smooth.length + " numbers, as the smooth face has");
    }
  }
}
