package dev.facealign.shape;

import dev.facealign.fault.FaultException;

/**
 * How hard each part of a face is: its distance from the smooth face over the largest such distance
 * of the face (METHOD equation 4). In [0, 1]; 0 / 0 is 0. {@link SmoothFaces} is for many faces.
 */
public final class Phi {
  private Phi() {}

  /** For each x and each y: 2M numbers. */
  public static double[] perCoordinate(double[] face, double[] smooth) {
    requireSameLength(face, smooth);
    double[] phi = new double[face.length];
    perCoordinate(face, smooth, 0, face.length, phi);
    return phi;
  }

  /** For each point, by its Euclidean distance: M numbers. */
  public static double[] perLandmark(double[] face, double[] smooth) {
    requireSameLength(face, smooth);
    double[] phi = new double[face.length / 2];
    perLandmark(face, smooth, 0, phi.length, phi);
    return phi;
  }

  /** Of one of many faces: 2M numbers from {@code from} on, in all three. */
  static void perCoordinate(double[] faces, double[] smooth, int from, int numbers, double[] phi) {
    for (int i = from; i < from + numbers; i++) {
      phi[i] = Math.abs(smooth[i] - faces[i]);
    }
    overLargest(phi, from, numbers);
  }

  /** Of one of many faces: M numbers from {@code from} on in phi, 2M from twice that on. */
  static void perLandmark(double[] faces, double[] smooth, int from, int points, double[] phi) {
    for (int m = from; m < from + points; m++) {
      phi[m] = Math.hypot(smooth[2 * m] - faces[2 * m], smooth[2 * m + 1] - faces[2 * m + 1]);
    }
    overLargest(phi, from, points);
  }

  private static void overLargest(double[] distances, int from, int length) {
    double largest = 0;
    for (int i = from; i < from + length; i++) {
      largest = Math.max(largest, distances[i]);
    }
    if (largest > 0) {
      for (int i = from; i < from + length; i++) {
        distances[i] /= largest;
      }
    }
  }

  private static void requireSameLength(double[] face, double[] smooth) {
    if (face.length != smooth.length || face.length % 2 != 0) {
      throw FaultException.invalid(
          "face.length", face.length, smooth.length + " numbers, as the smooth face has");
    }
  }
}
