package dev.facealign.shape;

import dev.facealign.fault.FaultException;

/**
 * Smooth faces and phi (METHOD equations 2 to 4) of many faces at once: faces lie one after the
 * other, 2M numbers each, and so do results, in arrays that the caller keeps. Thread-safe.
 *
 * @param model of M points
 * @param components eigenvectors that smooth faces keep, 0 to {@link ShapeModel#componentCount()}
 */
public record SmoothFaces(ShapeModel model, int components) {
  public SmoothFaces {
    model.requireComponents(components);
  }

  /**
   * Smooth faces.
   *
   * @param faces label units
   * @param count how many faces, from the first on
   * @param smooth gets as many numbers
   */
  public void smooth(double[] faces, int count, double[] smooth) {
    int n = numbers();
    requireRoom("faces", faces, count * n);
    requireRoom("smooth", smooth, count * n);
    for (int face = 0; face < count; face++) {
      model.smooth(faces, face * n, components, smooth);
    }
  }

  /**
   * Phi of each x and each y.
   *
   * @param smooth what {@link #smooth} has made of them
   * @param phi gets 2M numbers a face, in [0, 1]; may be {@code smooth}
   */
  public void phiPerCoordinate(double[] faces, double[] smooth, int count, double[] phi) {
    int n = numbers();
    requireRoom("faces", faces, count * n);
    requireRoom("smooth", smooth, count * n);
    requireRoom("phi", phi, count * n);
    for (int face = 0; face < count; face++) {
      Phi.perCoordinate(faces, smooth, face * n, n, phi);
    }
  }

  /**
   * Phi of each point.
   *
   * @param smooth what {@link #smooth} has made of them
   * @param phi gets M numbers a face, in [0, 1]; may be {@code smooth}
   */
  public void phiPerLandmark(double[] faces, double[] smooth, int count, double[] phi) {
    int points = model.landmarkCount();
    requireRoom("faces", faces, count * numbers());
    requireRoom("smooth", smooth, count * numbers());
    requireRoom("phi", phi, count * points);
    for (int face = 0; face < count; face++) {
      Phi.perLandmark(faces, smooth, face * points, points, phi);
    }
  }

  private int numbers() {
    return 2 * model.landmarkCount();
  }

  private static void requireRoom(String field, double[] array, int numbers) {
    if (array.length < numbers) {
      throw FaultException.invalid(field + ".length", array.length, ">= " + numbers);
    }
  }
}
