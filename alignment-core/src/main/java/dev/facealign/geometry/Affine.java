package dev.facealign.geometry;

import dev.facealign.fault.FaultException;

/**
 * A map of the plane: x' = m00 x + m01 y + m02 and y' = m10 x + m11 y + m12.
 *
 * @param m00 x' for each x
 * @param m01 x' for each y
 * @param m02 x' of the origin
 * @param m10 y' for each x
 * @param m11 y' for each y
 * @param m12 y' of the origin
 */
public record Affine(double m00, double m01, double m02, double m10, double m11, double m12) {
  /** The map that changes nothing. */
  public static final Affine IDENTITY = new Affine(1, 0, 0, 0, 1, 0);

  public static Affine translate(double dx, double dy) {
    return new Affine(1, 0, dx, 0, 1, dy);
  }

  public static Affine scale(double sx, double sy) {
    return new Affine(sx, 0, 0, 0, sy, 0);
  }

  /**
   * A rotation about the origin.
   *
   * @param radians from the x axis towards the y axis, which is clockwise on a screen
   */
  public static Affine rotation(double radians) {
    double cos = Math.cos(radians);
    double sin = Math.sin(radians);
    return new Affine(cos, -sin, 0, sin, cos, 0);
  }

  /** A rotation about a point. */
  public static Affine rotation(double radians, double aboutX, double aboutY) {
    return translate(-aboutX, -aboutY).then(rotation(radians)).then(translate(aboutX, aboutY));
  }

  public double x(double px, double py) {
    return m00 * px + m01 * py + m02;
  }

  public double y(double px, double py) {
    return m10 * px + m11 * py + m12;
  }

  /** This map, and then the next. */
  public Affine then(Affine next) {
    return new Affine(
        next.m00 * m00 + next.m01 * m10,
        next.m00 * m01 + next.m01 * m11,
        next.m00 * m02 + next.m01 * m12 + next.m02,
        next.m10 * m00 + next.m11 * m10,
        next.m10 * m01 + next.m11 * m11,
        next.m10 * m02 + next.m11 * m12 + next.m12);
  }

  /** Signed area of the unit square's image. */
  public double determinant() {
    return m00 * m11 - m01 * m10;
  }

  /**
   * The map back.
   *
   * @throws FaultException where the map flattens the plane
   */
  public Affine inverse() {
    double determinant = determinant();
    double i = 1 / determinant;
    if (!Double.isFinite(i)) {
      throw FaultException.invalid("affine.determinant", determinant, "other than 0, and finite");
    }
    return new Affine(
        m11 * i,
        -m01 * i,
        (m01 * m12 - m11 * m02) * i,
        -m10 * i,
        m00 * i,
        (m10 * m02 - m00 * m12) * i);
  }
}
