package dev.facealign.geometry;

import dev.facealign.fault.FaultException;

/**
 * An axis-parallel rectangle in image coordinates: pixels, x to the right, y down, the centre of
 * the first pixel at (0, 0).
 *
 * @param x left edge, finite
 * @param y top edge, finite
 * @param width pixels, finite, above 0
 * @param height pixels, finite, above 0
 */
public record Box(double x, double y, double width, double height) {
  public Box {
    requireFinite("box.x", x);
    requireFinite("box.y", y);
    requirePositive("box.width", width);
    requirePositive("box.height", height);
  }

  /** The box between two corners. */
  public static Box of(double left, double top, double right, double bottom) {
    return new Box(left, top, right - left, bottom - top);
  }

  public double right() {
    return x + width;
  }

  public double bottom() {
    return y + height;
  }

  public double centreX() {
    return x + width / 2;
  }

  public double centreY() {
    return y + height / 2;
  }

  /** Distance between opposite corners, pixels. */
  public double diagonal() {
    return Math.hypot(width, height);
  }

  /** The larger of width and height, pixels. */
  public double longerSide() {
    return Math.max(width, height);
  }

  /** Whether the two share more than an edge. */
  public boolean overlaps(Box other) {
    return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
  }

  /** Area of the intersection over the area of the union, in [0, 1]. */
  public double intersectionOverUnion(Box other) {
    double across = Math.min(right(), other.right()) - Math.max(x, other.x);
    double down = Math.min(bottom(), other.bottom()) - Math.max(y, other.y);
    if (across <= 0 || down <= 0) {
      return 0;
    }
    double shared = across * down;
    return shared / (width * height + other.width * other.height - shared);
  }

  private static void requireFinite(String field, double value) {
    if (!Double.isFinite(value)) {
      throw FaultException.invalid("BOX_INVALID", field, value, "a finite number of pixels");
    }
  }

  private static void requirePositive(String field, double value) {
    if (!(value > 0) || !Double.isFinite(value)) {
      throw FaultException.invalid("BOX_INVALID", field, value, "a finite number of pixels > 0");
    }
  }
}
