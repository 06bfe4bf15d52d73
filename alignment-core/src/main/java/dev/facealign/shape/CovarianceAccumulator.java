package dev.facealign.shape;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.util.Arrays;

/**
 * Mean and covariance of vectors in one pass, in memory that does not grow with their number, in
 * float64. Not thread-safe; several may run side by side and be merged.
 *
 * <p>What is kept is the mean and the co-moment, the sum of (x - mean)(x - mean)^T. Vectors are
 * taken in blocks of {@value #BLOCK}: a block's own mean and co-moment are computed in two passes
 * over the block, then joined to what is there (Chan, Golub and LeVeque 1983):
 *
 * <pre>
 *   d     = mean_b - mean_a
 *   mean  = mean_a + d n_b / (n_a + n_b)
 *   C     = C_a + C_b + d d^T n_a n_b / (n_a + n_b)
 * </pre>
 *
 * <p>The same vectors in the same order give the same bits on every machine, however they are
 * handed in. Every sum has one order, which the source states: the JIT may compute several elements
 * at once, since they do not depend on each other, and no multiplication is fused with an addition.
 */
public final class CovarianceAccumulator {
  /** Vectors of a block: 140 KiB of faces of 68 points, which a core's second cache holds. */
  private static final int BLOCK = 128;

  /** Vectors whose products are added at once; divides the block. */
  private static final int RANK = 4;

  private final int dimension;
  private final double[] mean;

  /** Lower triangle: row i has i + 1 numbers. */
  private final double[][] comoment;

  /** Vectors that are not in mean and co-moment yet. */
  private final double[][] block;

  private int inBlock;
  private long joined;

  /**
   * Of no vectors yet.
   *
   * @param dimension numbers of a vector, 1 or more
   */
  public CovarianceAccumulator(int dimension) {
    if (dimension < 1) {
      throw FaultException.invalid("dimension", dimension, ">= 1");
    }
    this.dimension = dimension;
    this.mean = new double[dimension];
    this.comoment = new double[dimension][];
    for (int i = 0; i < dimension; i++) {
      comoment[i] = new double[i + 1];
    }
    this.block = new double[BLOCK][dimension];
  }

  private CovarianceAccumulator(CovarianceAccumulator other) {
    this.dimension = other.dimension;
    this.mean = other.mean.clone();
    this.comoment = rows(other.comoment);
    this.block = rows(other.block);
    this.inBlock = other.inBlock;
    this.joined = other.joined;
  }

  private static double[][] rows(double[][] rows) {
    return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
  }

  /** Numbers of a vector. */
  public int dimension() {
    return dimension;
  }

  /** Vectors taken in so far. */
  public long count() {
    return joined + inBlock;
  }

  /** Takes a vector in; it is copied. */
  public void add(double[] vector) {
    if (vector.length != dimension) {
      throw FaultException.invalid("vector.length", vector.length, dimension + " numbers");
    }
    add(vector, 0, 1);
  }

  /**
   * Takes vectors in that lie one after the other; they are copied.
   *
   * @param from where the first begins
   * @param count how many
   */
  public void add(double[] vectors, int from, int count) {
    int at = from;
    for (int i = 0; i < count; i++) {
      System.arraycopy(vectors, at, block[inBlock], 0, dimension);
      at += dimension;
      inBlock++;
      if (inBlock == BLOCK) {
        joinBlock();
      }
    }
  }

  /**
   * Takes in what another has taken in; that one stays as it is. To within rounding the result is
   * that of one accumulator for both; the same two give the same bits.
   */
  public void merge(CovarianceAccumulator other) {
    if (other.dimension != dimension) {
      throw FaultException.invalid("dimension", other.dimension, dimension + ", as here");
    }
    CovarianceAccumulator that = other.settled();
    joinBlock();
    if (that.joined == 0) {
      return;
    }
    for (int i = 0; i < dimension; i++) {
      double[] row = comoment[i];
      double[] thatRow = that.comoment[i];
      for (int j = 0; j <= i; j++) {
        row[j] += thatRow[j];
      }
    }
    joinMean(that.mean, that.joined);
  }

  /** The mean; zeros where there is no vector. */
  public double[] mean() {
    return settled().mean;
  }

  /**
   * The co-moment, the sum of (x - mean)(x - mean)^T: row i of its lower triangle has i + 1
   * numbers.
   */
  public double[][] comoment() {
    return settled().comoment;
  }

  /**
   * The covariance, which is the co-moment divided by count - 1: row i of its lower triangle has i
   * + 1 numbers.
   *
   * @throws FaultException FAILED_PRECONDITION for fewer than two vectors
   */
  public double[][] covariance() {
    long count = count();
    if (count < 2) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "TOO_FEW_VECTORS",
          "vectors: " + count + " (expected: >= 2)");
    }
    double[][] covariance = comoment();
    for (double[] row : covariance) {
      for (int j = 0; j < row.length; j++) {
        row[j] /= count - 1;
      }
    }
    return covariance;
  }

  /** A copy with nothing in its block; what comes later must not depend on who looked when. */
  private CovarianceAccumulator settled() {
    CovarianceAccumulator copy = new CovarianceAccumulator(this);
    copy.joinBlock();
    return copy;
  }

  private void joinBlock() {
    if (inBlock == 0) {
      return;
    }
    double[] blockMean = centreBlock();
    // Rows of zeros fill up the last products, and add nothing to them.
    int rows = (inBlock + RANK - 1) / RANK * RANK;
    for (int row = inBlock; row < rows; row++) {
      Arrays.fill(block[row], 0);
    }
    for (int row = 0; row < rows; row += RANK) {
      addProducts(block[row], block[row + 1], block[row + 2], block[row + 3]);
    }
    joinMean(blockMean, inBlock);
    inBlock = 0;
  }

  /** Takes the block's mean off its vectors, and hands it out. */
  private double[] centreBlock() {
    // Relative to its first vector: a block of vectors that are all the same has no rounding.
    double[] first = block[0].clone();
    double[] offset = new double[dimension];
    for (int row = 0; row < inBlock; row++) {
      double[] x = block[row];
      for (int j = 0; j < dimension; j++) {
        x[j] -= first[j];
        offset[j] += x[j];
      }
    }
    for (int j = 0; j < dimension; j++) {
      offset[j] /= inBlock;
    }
    for (int row = 0; row < inBlock; row++) {
      double[] x = block[row];
      for (int j = 0; j < dimension; j++) {
        x[j] -= offset[j];
      }
    }
    for (int j = 0; j < dimension; j++) {
      offset[j] += first[j];
    }
    return offset;
  }

  /** Adds x0 x0^T + x1 x1^T + x2 x2^T + x3 x3^T to the co-moment. */
  private void addProducts(double[] x0, double[] x1, double[] x2, double[] x3) {
    for (int i = 0; i < dimension; i++) {
      addRow(comoment[i], i + 1, x0, x1, x2, x3, x0[i], x1[i], x2[i], x3[i]);
    }
  }

  // A method of its own, so that the JIT compiles this loop, and nothing around it, into vector
  // instructions.
  private static void addRow(
      double[] row,
      int length,
      double[] x0,
      double[] x1,
      double[] x2,
      double[] x3,
      double a0,
      double a1,
      double a2,
      double a3) {
    for (int j = 0; j < length; j++) {
      row[j] += (a0 * x0[j] + a1 * x1[j]) + (a2 * x2[j] + a3 * x3[j]);
    }
  }

  private void joinMean(double[] otherMean, long otherCount) {
    long total = joined + otherCount;
    double weight = (double) joined / total * otherCount;
    double[] d = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      d[j] = otherMean[j] - mean[j];
    }
    for (int i = 0; i < dimension; i++) {
      double[] row = comoment[i];
      double a = weight * d[i];
      for (int j = 0; j <= i; j++) {
        row[j] += a * d[j];
      }
    }
    double share = (double) otherCount / total;
    for (int j = 0; j < dimension; j++) {
      mean[j] += d[j] * share;
    }
    joined = total;
  }
}
