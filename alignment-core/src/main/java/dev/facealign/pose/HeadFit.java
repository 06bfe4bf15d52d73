package dev.facealign.pose;

import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Turns a rigid head so that its points, seen by a camera that is far away, fall onto points of a
 * picture: p = s (R X)_xy + t, with the least sum of squared distances.
 *
 * <p>Head and picture have x to the right, y down and z away from the camera, and R = Rz(roll)
 * Ry(yaw) Rx(pitch), with angles signed as {@link HeadPose} has them.
 */
final class HeadFit {
  /** Rounds at most; a few are enough for faces. */
  private static final int ROUNDS = 30;

  private static final double CLOSE_ENOUGH_RADIANS = 1e-7;

  /** No view of a head is so flat: the smaller over the larger extent of its affine camera. */
  private static final double FLATTEST = 1e-3;

  /** Points, centred: x, y and z each. */
  private final double[][] head;

  /** 3 x 3: the inverse of the head's squares. */
  private final DMatrixRMaj inverseSquares;

  /** A turn and a scale. */
  static final class Fit {
    private final double[][] rotation;
    private final double scale;

    private Fit(double[][] rotation, double scale) {
      this.rotation = rotation;
      this.scale = scale;
    }

    /** R, 3 x 3, not copied. */
    double[][] rotation() {
      return rotation;
    }

    /** s, pixels for a unit of the head. */
    double scale() {
      return scale;
    }

    /** The angles of R. */
    HeadPose angles() {
      double yaw = Math.asin(Math.max(-1, Math.min(1, rotation[2][0])));
      double pitch = Math.atan2(-rotation[2][1], rotation[2][2]);
      double roll = Math.atan2(rotation[1][0], rotation[0][0]);
      return new HeadPose(
          Math.toDegrees(yaw),
          Math.max(-90, Math.min(90, Math.toDegrees(pitch))),
          Math.toDegrees(roll));
    }
  }

  /**
   * @param points the head's, x, y and z each, not all in one plane
   */
  HeadFit(double[][] points) {
    head = centred(points);
    inverseSquares = new DMatrixRMaj(3, 3);
    for (double[] point : head) {
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          inverseSquares.add(i, j, point[i] * point[j]);
        }
      }
    }
    CommonOps_DDRM.invert(inverseSquares);
  }

  /**
   * The best turn.
   *
   * @param points as many as the head's, x and y each, finite
   * @return empty for points that are no view of a head, such as all on one line
   */
  Optional<Fit> of(double[][] points) {
    double[][] about = centred(points);
    return firstGuess(affineCamera(about))
        .map(fit -> refined(about, fit))
        .filter(fit -> Double.isFinite(fit.scale()) && fit.scale() > 0);
  }

  /** Root of the mean squared distance of the points from those of the turned head. */
  double distance(Fit fit, double[][] points) {
    double[][] about = centred(points);
    double squares = 0;
    for (int i = 0; i < head.length; i++) {
      for (int row = 0; row < 2; row++) {
        double off = about[i][row] - fit.scale() * dot(fit.rotation()[row], head[i]);
        squares += off * off;
      }
    }
    return Math.sqrt(squares / head.length);
  }

  /** The 2 x 3 matrix that takes the head's points nearest to these. */
  private double[][] affineCamera(double[][] points) {
    DMatrixRMaj products = new DMatrixRMaj(2, 3);
    for (int i = 0; i < head.length; i++) {
      for (int row = 0; row < 2; row++) {
        for (int column = 0; column < 3; column++) {
          products.add(row, column, points[i][row] * head[i][column]);
        }
      }
    }
    DMatrixRMaj camera = new DMatrixRMaj(2, 3);
    CommonOps_DDRM.mult(products, inverseSquares, camera);
    return camera.get2DData();
  }

  /** The nearest two rows of a rotation: (A A^T)^(-1/2) A, in closed form. */
  private static Optional<Fit> firstGuess(double[][] camera) {
    double a = dot(camera[0], camera[0]);
    double b = dot(camera[0], camera[1]);
    double d = dot(camera[1], camera[1]);
    double root = Math.sqrt(Math.max(0, a * d - b * b));
    double trace = Math.sqrt(a + d + 2 * root);
    // Product and sum of the two extents.
    if (!(root > FLATTEST * (a + d)) || !Double.isFinite(trace)) {
      return Optional.empty();
    }
    double[][] rows = new double[3][3];
    for (int i = 0; i < 3; i++) {
      rows[0][i] = ((d + root) * camera[0][i] - b * camera[1][i]) / (root * trace);
      rows[1][i] = ((a + root) * camera[1][i] - b * camera[0][i]) / (root * trace);
    }
    rows[2][0] = rows[0][1] * rows[1][2] - rows[0][2] * rows[1][1];
    rows[2][1] = rows[0][2] * rows[1][0] - rows[0][0] * rows[1][2];
    rows[2][2] = rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0];
    return Optional.of(new Fit(rows, trace / 2));
  }

  /** Gauss and Newton, in the scale and a turn about the three axes. */
  private Fit refined(double[][] points, Fit first) {
    double[][] rotation = first.rotation();
    double scale = first.scale();
    DMatrixRMaj squares = new DMatrixRMaj(4, 4);
    DMatrixRMaj missing = new DMatrixRMaj(4, 1);
    DMatrixRMaj step = new DMatrixRMaj(4, 1);
    for (int round = 0; round < ROUNDS; round++) {
      squares.zero();
      missing.zero();
      for (int i = 0; i < head.length; i++) {
        double x = dot(rotation[0], head[i]);
        double y = dot(rotation[1], head[i]);
        double z = scale * dot(rotation[2], head[i]);
        add(squares, missing, points[i][0] - scale * x, x, 0, z, -scale * y);
        add(squares, missing, points[i][1] - scale * y, y, -z, 0, scale * x);
      }
      if (!CommonOps_DDRM.solve(squares, missing, step)) {
        break;
      }
      scale += step.get(0);
      rotation = turned(rotation, step.get(1), step.get(2), step.get(3));
      if (!(Math.hypot(step.get(1), Math.hypot(step.get(2), step.get(3))) > CLOSE_ENOUGH_RADIANS)) {
        break;
      }
    }
    return new Fit(rotation, scale);
  }

  private static void add(
      DMatrixRMaj squares, DMatrixRMaj missing, double distance, double... change) {
    for (int i = 0; i < 4; i++) {
      missing.add(i, 0, change[i] * distance);
      for (int j = 0; j < 4; j++) {
        squares.add(i, j, change[i] * change[j]);
      }
    }
  }

  /** About an axis whose length is the angle (Rodrigues). */
  private static double[][] turned(double[][] rotation, double x, double y, double z) {
    double angle = Math.sqrt(x * x + y * y + z * z);
    double sine = angle > 0 ? Math.sin(angle) / angle : 1;
    double cosine = angle > 0 ? (1 - Math.cos(angle)) / (angle * angle) : 0.5;
    double[][] turned = new double[3][3];
    for (int column = 0; column < 3; column++) {
      double u = rotation[0][column];
      double v = rotation[1][column];
      double w = rotation[2][column];
      double[] once = {y * w - z * v, z * u - x * w, x * v - y * u};
      double[] twice = {
        y * once[2] - z * once[1], z * once[0] - x * once[2], x * once[1] - y * once[0]
      };
      for (int row = 0; row < 3; row++) {
        turned[row][column] = rotation[row][column] + sine * once[row] + cosine * twice[row];
      }
    }
    return turned;
  }

  /** Moved so that the mean is at the origin. */
  static double[][] centred(double[][] points) {
    double[][] centred = new double[points.length][points[0].length];
    for (int axis = 0; axis < points[0].length; axis++) {
      double sum = 0;
      for (double[] point : points) {
        sum += point[axis];
      }
      for (int i = 0; i < points.length; i++) {
        centred[i][axis] = points[i][axis] - sum / points.length;
      }
    }
    return centred;
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}
