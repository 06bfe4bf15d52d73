package dev.facealign.pose;

import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Makes the mean head from the shapes of many faces: run by hand, with the folder of the datasets
 * and the dataset's name as arguments; prints {@code mean-head-68.txt}.
 *
 * <p>Structure from motion by factorisation (Tomasi and Kanade 1992; for scaled orthographic
 * cameras Poelman and Kanade 1997): every face counts as a view of one rigid head, whoever it is
 * and whatever it expresses. The points of all views, centred and of one size, have rank 3 but for
 * noise; the demand that the two rows of each view's camera are of equal length and at right angles
 * makes a space of the three dimensions. Then cameras and head are found in turns until neither
 * moves (least squares), with every shape's mirror image among the views and the head made its own.
 *
 * <p>The jaw is left out: annotators draw it on the face's outline, which is no fixed place of the
 * head. With it the nose comes out 29 % deeper.
 *
 * <p>Such a head has no front. It is turned up or down so that of the faces that look neither left
 * nor right (by 10 degrees at most) half look up and half look down.
 */
final class MeanHeadDerivation {
  private static final int ROUNDS = 200;
  private static final double SETTLED = 1e-7;
  private static final double FACING_DEGREES = 10;
  private static final int RIGHT_EYE_CORNER = 45 - MeanHead.FIRST;
  private static final int NOSE_TIP = 30 - MeanHead.FIRST;
  private static final int LOWER_LIP = 57 - MeanHead.FIRST;

  private final int[] mirror = new int[MeanHead.COUNT];
  private final List<double[][]> views = new ArrayList<>();

  private MeanHeadDerivation(List<FaceSample> faces) {
    LandmarkScheme scheme = LandmarkScheme.byId("68");
    for (int i = 0; i < mirror.length; i++) {
      mirror[i] = scheme.mirror()[MeanHead.FIRST + i] - MeanHead.FIRST;
    }
    for (FaceSample face : faces) {
      views.add(view(MeanHead.inside(face.landmarks())));
      views.add(view(MeanHead.inside(face.landmarks().mirrored(scheme, 0))));
    }
  }

  public static void main(String[] args) {
    List<FaceSample> faces =
        new DatasetCatalog(Path.of(args[0])).open(args[1], "train", "68").faces();
    MeanHeadDerivation derivation = new MeanHeadDerivation(faces);
    double[][] head = derivation.facing(derivation.refined(derivation.factorised()));
    System.out.printf(
        "# The mean head of %d shapes and their mirror images: x (right), y (down) and z (away) of"
            + " the points 17 to 67%n# of the scheme \"68\", in distances of the outer eye corners."
            + " Made by MeanHeadDerivation (tests), which says how.%n",
        faces.size());
    for (double[] point : head) {
      System.out.printf(Locale.ROOT, "%.5f %.5f %.5f%n", point[0], point[1], point[2]);
    }
  }

  /** Centred, of size 1. */
  private static double[][] view(double[][] points) {
    double[][] view = HeadFit.centred(points);
    double squares = 0;
    for (double[] point : view) {
      squares += point[0] * point[0] + point[1] * point[1];
    }
    double size = Math.sqrt(squares);
    for (double[] point : view) {
      point[0] /= size;
      point[1] /= size;
    }
    return view;
  }

  private double[][] factorised() {
    DMatrixRMaj covariance = new DMatrixRMaj(MeanHead.COUNT, MeanHead.COUNT);
    for (double[][] view : views) {
      for (int i = 0; i < view.length; i++) {
        for (int j = 0; j < view.length; j++) {
          covariance.add(i, j, view[i][0] * view[j][0] + view[i][1] * view[j][1]);
        }
      }
    }
    double[][] basis = eigenvectors(covariance, 3);
    // Two demands of each view, linear in the six numbers of a symmetric 3 x 3 matrix; and one of
    // all: that cameras are of length 1 on average, or all 0 would do.
    DMatrixRMaj squares = new DMatrixRMaj(6, 6);
    double[] lengths = new double[6];
    for (double[][] view : views) {
      double[] across = new double[3];
      double[] down = new double[3];
      for (int i = 0; i < view.length; i++) {
        for (int k = 0; k < 3; k++) {
          across[k] += view[i][0] * basis[k][i];
          down[k] += view[i][1] * basis[k][i];
        }
      }
      double[] acrossSquared = products(across, across);
      double[] downSquared = products(down, down);
      double[] equal = new double[6];
      for (int k = 0; k < 6; k++) {
        equal[k] = acrossSquared[k] - downSquared[k];
        lengths[k] += (acrossSquared[k] + downSquared[k]) / (2 * views.size());
      }
      addSquare(squares, equal, 1);
      addSquare(squares, products(across, down), 1);
    }
    double heavy = 1e6;
    addSquare(squares, lengths, heavy);
    DMatrixRMaj right = new DMatrixRMaj(6, 1, true, lengths);
    CommonOps_DDRM.scale(heavy, right);
    DMatrixRMaj found = new DMatrixRMaj(6, 1);
    CommonOps_DDRM.solve(squares, right, found);
    return upright(inSpace(basis, found));
  }

  /** The basis in a space whose metric this is: times the inverse of the metric's root. */
  private static double[][] inSpace(double[][] basis, DMatrixRMaj metric) {
    DMatrixRMaj symmetric =
        new DMatrixRMaj(
            new double[][] {
              {metric.get(0), metric.get(1), metric.get(2)},
              {metric.get(1), metric.get(3), metric.get(4)},
              {metric.get(2), metric.get(4), metric.get(5)}
            });
    EigenDecomposition_F64<DMatrixRMaj> eigen = decomposed(symmetric);
    double[][] head = new double[basis[0].length][3];
    for (int axis = 0; axis < 3; axis++) {
      double value = eigen.getEigenvalue(axis).getReal();
      if (!(value > 0)) {
        throw new IllegalStateException("metric: " + value + " (expected: eigenvalues > 0)");
      }
      DMatrixRMaj vector = eigen.getEigenVector(axis);
      for (int i = 0; i < head.length; i++) {
        for (int k = 0; k < 3; k++) {
          head[i][axis] += basis[k][i] * vector.get(k) / Math.sqrt(value);
        }
      }
    }
    return head;
  }

  private static double[] products(double[] a, double[] b) {
    return new double[] {
      a[0] * b[0],
      a[0] * b[1] + a[1] * b[0],
      a[0] * b[2] + a[2] * b[0],
      a[1] * b[1],
      a[1] * b[2] + a[2] * b[1],
      a[2] * b[2]
    };
  }

  private static void addSquare(DMatrixRMaj squares, double[] row, double weight) {
    for (int i = 0; i < row.length; i++) {
      for (int j = 0; j < row.length; j++) {
        squares.add(i, j, weight * row[i] * row[j]);
      }
    }
  }

  private static EigenDecomposition_F64<DMatrixRMaj> decomposed(DMatrixRMaj symmetric) {
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(symmetric.getNumRows(), true, true);
    if (!eigen.decompose(symmetric)) {
      throw new IllegalStateException("no eigenvectors");
    }
    return eigen;
  }

  /** Those of the largest eigenvalues. */
  private static double[][] eigenvectors(DMatrixRMaj symmetric, int count) {
    EigenDecomposition_F64<DMatrixRMaj> eigen = decomposed(symmetric);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < eigen.getNumberOfEigenvalues(); i++) {
      order.add(i);
    }
    order.sort(
        (a, b) ->
            Double.compare(eigen.getEigenvalue(b).getReal(), eigen.getEigenvalue(a).getReal()));
    double[][] vectors = new double[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = eigen.getEigenVector(order.get(i)).data.clone();
    }
    return vectors;
  }

  private double[][] refined(double[][] first) {
    double[][] head = first;
    double moved = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS && moved > SETTLED; round++) {
      HeadFit fits = new HeadFit(head);
      DMatrixRMaj squares = new DMatrixRMaj(3, 3);
      DMatrixRMaj products = new DMatrixRMaj(MeanHead.COUNT, 3);
      for (double[][] view : views) {
        HeadFit.Fit fit = fits.of(view).orElseThrow();
        for (int row = 0; row < 2; row++) {
          double[] camera = fit.rotation()[row].clone();
          for (int k = 0; k < 3; k++) {
            camera[k] *= fit.scale();
          }
          addSquare(squares, camera, 1);
          for (int i = 0; i < view.length; i++) {
            for (int k = 0; k < 3; k++) {
              products.add(i, k, view[i][row] * camera[k]);
            }
          }
        }
      }
      CommonOps_DDRM.invert(squares);
      DMatrixRMaj better = new DMatrixRMaj(MeanHead.COUNT, 3);
      CommonOps_DDRM.mult(products, squares, better);
      double[][] next = upright(better.get2DData());
      moved = 0;
      for (int i = 0; i < next.length; i++) {
        for (int k = 0; k < 3; k++) {
          moved = Math.max(moved, Math.abs(next[i][k] - head[i][k]));
        }
      }
      head = next;
    }
    return head;
  }

  /** Eyes level, the nose towards the viewer, its own mirror image, of unit size. */
  private double[][] upright(double[][] any) {
    double[][] head = HeadFit.centred(any);
    double[] x = new double[3];
    for (int i = 0; i < mirror.length; i++) {
      if (i < mirror[i]) {
        for (int k = 0; k < 3; k++) {
          x[k] += head[mirror[i]][k] - head[i][k];
        }
      }
    }
    normalise(x);
    double[] y = new double[3];
    for (int k = 0; k < 3; k++) {
      double brows = (head[21 - MeanHead.FIRST][k] + head[22 - MeanHead.FIRST][k]) / 2;
      y[k] = head[LOWER_LIP][k] - brows;
    }
    double along = dot(x, y);
    for (int k = 0; k < 3; k++) {
      y[k] -= along * x[k];
    }
    normalise(y);
    double[] z = {x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]};
    // From behind the views are the same.
    double sign = dot(z, head[NOSE_TIP]) > dot(z, head[RIGHT_EYE_CORNER]) ? -1 : 1;
    double[][] both = new double[head.length][];
    for (int i = 0; i < mirror.length; i++) {
      double[] here = head[i];
      double[] there = head[mirror[i]];
      both[i] =
          new double[] {
            (dot(x, here) - dot(x, there)) / 2,
            (dot(y, here) + dot(y, there)) / 2,
            sign * (dot(z, here) + dot(z, there)) / 2
          };
    }
    double size = 2 * both[RIGHT_EYE_CORNER][0];
    for (double[] point : both) {
      for (int k = 0; k < 3; k++) {
        point[k] /= size;
      }
    }
    return both;
  }

  private double[][] facing(double[][] head) {
    HeadFit fits = new HeadFit(head);
    double[] pitches =
        views.stream()
            .map(view -> fits.of(view).orElseThrow().angles())
            .filter(pose -> Math.abs(pose.yaw()) < FACING_DEGREES)
            .mapToDouble(HeadPose::pitch)
            .sorted()
            .toArray();
    double up = Math.toRadians(pitches[pitches.length / 2]);
    double[][] facing = new double[head.length][];
    for (int i = 0; i < head.length; i++) {
      double y = head[i][1];
      double z = head[i][2];
      facing[i] =
          new double[] {
            head[i][0], y * Math.cos(up) + z * Math.sin(up), z * Math.cos(up) - y * Math.sin(up)
          };
    }
    return facing;
  }

  private static void normalise(double[] vector) {
    double length = Math.sqrt(dot(vector, vector));
    for (int k = 0; k < 3; k++) {
      vector[k] /= length;
    }
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}
