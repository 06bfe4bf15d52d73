package dev.facealign.shape;

import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Fits a shape model to faces in one pass, in memory that does not grow with their number. Not
 * thread-safe.
 *
 * <p>The covariance is divided by faces - 1; eigenvectors are signed so that the entry of the
 * largest magnitude is positive; eigenvalues that are zero within rounding are dropped with their
 * vectors.
 */
public final class ShapeModelFitter {
  /** Eigenvalues below this share of the largest are rounding. */
  private static final double RELATIVE_ZERO = 1e-12;

  /** Faces that differ by less than a billionth of the crop are the same. */
  private static final double ABSOLUTE_ZERO = 1e-24;

  private final LandmarkScheme scheme;
  private final CropPolicy cropPolicy;
  private final double[] mean;
  private final double[][] comoment;
  private final double[] before;
  private int faces;

  public ShapeModelFitter(LandmarkScheme scheme, CropPolicy cropPolicy) {
    this.scheme = scheme;
    this.cropPolicy = cropPolicy;
    int n = 2 * scheme.count();
    this.mean = new double[n];
    this.before = new double[n];
    this.comoment = new double[n][n];
  }

  /**
   * Takes one face in (Welford's update).
   *
   * @param labels 2M finite numbers in label units
   */
  public void add(double[] labels) {
    if (labels.length != mean.length) {
      throw FaultException.invalid(
          "labels.length", labels.length, mean.length + " numbers of the scheme " + scheme.id());
    }
    for (int i = 0; i < labels.length; i++) {
      if (!Double.isFinite(labels[i])) {
        throw FaultException.invalid("labels[" + i + "]", labels[i], "a finite number");
      }
    }
    faces++;
    for (int i = 0; i < mean.length; i++) {
      before[i] = labels[i] - mean[i];
      mean[i] += before[i] / faces;
    }
    for (int i = 0; i < mean.length; i++) {
      double[] row = comoment[i];
      double d = before[i];
      for (int j = 0; j <= i; j++) {
        row[j] += d * (labels[j] - mean[j]);
      }
    }
  }

  /** Faces taken in so far. */
  public int faces() {
    return faces;
  }

  /**
   * The model of the faces taken in so far.
   *
   * @throws FaultException FAILED_PRECONDITION for fewer than two faces
   */
  public ShapeModel fit() {
    if (faces < 2) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "TOO_FEW_FACES",
          "faces: " + faces + " (expected: >= 2, a shape model needs faces that differ)");
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = decompose();
    double[] values =
        IntStream.range(0, mean.length)
            .mapToDouble(i -> eigen.getEigenvalue(i).getReal())
            .toArray();
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double zero = Math.max(ABSOLUTE_ZERO, values[order[0]] * RELATIVE_ZERO);
    int[] kept = Arrays.stream(order).filter(i -> values[i] > zero).toArray();
    double[][] vectors = new double[kept.length][];
    double[] eigenvalues = new double[kept.length];
    for (int k = 0; k < kept.length; k++) {
      eigenvalues[k] = values[kept[k]];
      vectors[k] = signed(eigen.getEigenVector(kept[k]).data);
    }
    return new ShapeModel(scheme.id(), cropPolicy, mean, eigenvalues, vectors);
  }

  private EigenDecomposition_F64<DMatrixRMaj> decompose() {
    int n = mean.length;
    DMatrixRMaj covariance = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double value = comoment[i][j] / (faces - 1);
        covariance.set(i, j, value);
        covariance.set(j, i, value);
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, true, true);
    if (!eigen.decompose(covariance)) {
      throw new IllegalStateException("the covariance of " + faces + " faces has no eigenvectors");
    }
    return eigen;
  }

  private static double[] signed(double[] vector) {
    int largest = 0;
    for (int i = 1; i < vector.length; i++) {
      if (Math.abs(vector[i]) > Math.abs(vector[largest])) {
        largest = i;
      }
    }
    double sign = vector[largest] < 0 ? -1 : 1;
    return Arrays.stream(vector).map(v -> v * sign).toArray();
  }
}
