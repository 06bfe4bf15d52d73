package dev.facealign.landmark;

import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Affine;
import dev.facealign.geometry.Box;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The points of one face in the order of its scheme, in image coordinates (pixels, the centre of
 * the first pixel at (0, 0)). Immutable. A prediction may hold NaN; annotations never do.
 */
public final class Landmarks {
  private final double[] xy;

  private Landmarks(double[] xy) {
    this.xy = xy;
  }

  /**
   * Points from their coordinates.
   *
   * @param xy x0, y0, x1, y1, ...; at least one point; copied
   */
  public static Landmarks of(double... xy) {
    if (xy.length == 0 || xy.length % 2 != 0) {
      throw FaultException.invalid("landmarks.coordinates", xy.length, "an even number > 0");
    }
    return new Landmarks(xy.clone());
  }

  /** Number of points, M. */
  public int count() {
    return xy.length / 2;
  }

  public double x(int m) {
    return xy[2 * m];
  }

  public double y(int m) {
    return xy[2 * m + 1];
  }

  /** x0, y0, x1, y1, ...; a copy. */
  public double[] toArray() {
    return xy.clone();
  }

  /** Whether no coordinate is NaN or infinite. */
  public boolean isFinite() {
    for (double value : xy) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The tight box of the points.
   *
   * @throws FaultException reason BOX_INVALID where the points have no extent or are not finite
   */
  public Box boundingBox() {
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < xy.length; i += 2) {
      // Math.min and max keep NaN, so that a NaN coordinate is refused by the box.
      left = Math.min(left, xy[i]);
      right = Math.max(right, xy[i]);
      top = Math.min(top, xy[i + 1]);
      bottom = Math.max(bottom, xy[i + 1]);
    }
    return Box.of(left, top, right, bottom);
  }

  /** Every point mapped. */
  public Landmarks map(Affine affine) {
    double[] mapped = new double[xy.length];
    for (int i = 0; i < xy.length; i += 2) {
      mapped[i] = affine.x(xy[i], xy[i + 1]);
      mapped[i + 1] = affine.y(xy[i], xy[i + 1]);
    }
    return new Landmarks(mapped);
  }

  /**
   * The points of the face as a mirror on the vertical line x = axisX shows it: left and right
   * change places, and so do the points' numbers. Doing it twice gives the points back.
   *
   * @param scheme must have as many points
   * @param axisX pixels; (width - 1) / 2 mirrors a picture in itself
   */
  public Landmarks mirrored(LandmarkScheme scheme, double axisX) {
    scheme.requireCount(count());
    double[] mirrored = new double[xy.length];
    for (int m = 0; m < count(); m++) {
      int from = scheme.mirrorOf(m);
      mirrored[2 * m] = 2 * axisX - x(from);
      mirrored[2 * m + 1] = y(from);
    }
    return new Landmarks(mirrored);
  }

  /** Distance of two of its points, pixels. */
  public double distance(int m, int n) {
    return Math.hypot(x(m) - x(n), y(m) - y(n));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Landmarks that && Arrays.equals(xy, that.xy);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(xy);
  }

  @Override
  public String toString() {
    return "Landmarks" + Arrays.toString(xy);
  }
}
