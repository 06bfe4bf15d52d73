package dev.facealign.shape;

import dev.facealign.fault.FaultException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, in canonical form: eigenvalues descend, equal
 * ones in the decomposition's order; of each eigenvector the entry of the largest magnitude is
 * positive, of several exactly as large the first.
 *
 * @param values all of them, as they come: those of a covariance may be a rounding below 0
 * @param vectors unit vectors, one a row
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record PrincipalComponents(double[] values, double[][] vectors) {

  /**
   * Of a matrix given by its lower triangle.
   *
   * @param lower row i has i + 1 numbers
   * @throws FaultException INVALID_ARGUMENT for a matrix with an entry that is not finite
   */
  static PrincipalComponents of(double[][] lower) {
    EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(lower);
    int n = lower.length;
    double[] unordered =
        IntStream.range(0, n).mapToDouble(i -> eigen.getEigenvalue(i).getReal()).toArray();
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -unordered[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    return new PrincipalComponents(
        Arrays.stream(order).mapToDouble(i -> unordered[i]).toArray(),
        Arrays.stream(order)
            .mapToObj(i -> signed(eigen.getEigenVector(i).data))
            .toArray(double[][]::new));
  }

  private static EigenDecomposition_F64<DMatrixRMaj> decompose(double[][] lower) {
    int n = lower.length;
    DMatrixRMaj matrix = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double value = lower[i][j];
        if (!Double.isFinite(value)) {
          throw FaultException.invalid(
              "covariance[" + i + "][" + j + "]", value, "finite, as it is of label units");
        }
        matrix.set(i, j, value);
        matrix.set(j, i, value);
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, true, true);
    if (!eigen.decompose(matrix)) {
      throw new IllegalStateException("a symmetric matrix of " + n + " rows has no eigenvectors");
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
