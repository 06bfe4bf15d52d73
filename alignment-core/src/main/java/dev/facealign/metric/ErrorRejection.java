package dev.facealign.metric;

import dev.facealign.fault.FaultException;
import java.util.Arrays;

/**
 * The error-rejection curve of faces: the mean NME of those that are kept when the most uncertain
 * ones are rejected. Immutable.
 *
 * <p>Faces of equal uncertainty are rejected in no particular order: the curve is the mean over all
 * their orders. One uncertainty for all faces gives a level line at the mean NME, which is what
 * rejection by chance comes to.
 */
public final class ErrorRejection {
  private final double[] nmeOfKept;
  private final double[] nmeOfKeptByOracle;
  private final double[] ascendingUncertainty;

  private ErrorRejection(
      double[] nmeOfKept, double[] nmeOfKeptByOracle, double[] ascendingUncertainty) {
    this.nmeOfKept = nmeOfKept;
    this.nmeOfKeptByOracle = nmeOfKeptByOracle;
    this.ascendingUncertainty = ascendingUncertainty;
  }

  /**
   * @param uncertainty each face's score, finite, whatever its unit: the curve is of their order
   *     alone; one face or more
   * @param nme each face's, fractions, finite; as many
   * @throws FaultException INVALID_ARGUMENT where one of this does not hold
   */
  public static ErrorRejection of(double[] uncertainty, double[] nme) {
    Ranking.requireSameLength("uncertainty", uncertainty, nme);
    Ranking byTruth = Ranking.of("nme", nme);
    Ranking byUncertainty = Ranking.of("uncertainty", uncertainty);
    double[] ascending = uncertainty.clone();
    Arrays.sort(ascending);
    return new ErrorRejection(
        ofKept(byUncertainty.inOrder(nme)), ofKept(byTruth.inOrder(nme)), ascending);
  }

  /** Faces before any is rejected, above 0. */
  public int faces() {
    return nmeOfKept.length;
  }

  /**
   * Mean NME of the faces kept when so many are rejected, most uncertain first; fraction.
   *
   * @param rejected 0 to {@link #faces()} - 1
   */
  public double nmeOfKept(int rejected) {
    return nmeOfKept[place(rejected)];
  }

  /**
   * The highest score of the faces kept when so many are rejected, most uncertain first: as many
   * lie above it, fewer where some that are rejected have the same score. In the scores' unit.
   *
   * @param rejected 0 to {@link #faces()} - 1
   */
  public double limit(int rejected) {
    return ascendingUncertainty[place(rejected)];
  }

  /**
   * Mean NME of the faces kept when they are rejected by their true NME, which nobody knows: no
   * order of rejection keeps a lower one.
   *
   * @param rejected 0 to {@link #faces()} - 1
   */
  public double nmeOfKeptByOracle(int rejected) {
    return nmeOfKeptByOracle[place(rejected)];
  }

  /** Area under the curve: its mean over 0 to {@link #faces()} - 1 rejected; fraction. */
  public double area() {
    return mean(nmeOfKept);
  }

  /** The same when faces are rejected by their true NME: the lowest there can be. */
  public double areaOfOracle() {
    return mean(nmeOfKeptByOracle);
  }

  /** What the area comes to, in the mean, when faces are rejected by chance: the mean NME. */
  public double areaOfChance() {
    return nmeOfKept[faces() - 1];
  }

  /** Place in the curves, which begin with the one face that is kept last. */
  private int place(int rejected) {
    if (rejected < 0 || rejected >= faces()) {
      throw FaultException.invalid("rejected", rejected, "0 to " + (faces() - 1));
    }
    return faces() - 1 - rejected;
  }

  /** Entry k: mean of the first k + 1. */
  private static double[] ofKept(double[] nmeByUncertainty) {
    double[] means = new double[nmeByUncertainty.length];
    double sum = 0;
    for (int k = 0; k < means.length; k++) {
      sum += nmeByUncertainty[k];
      means[k] = sum / (k + 1);
    }
    return means;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
