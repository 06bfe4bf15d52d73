package dev.facealign.shape;

import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import java.util.Arrays;

/**
 * An active shape model (METHOD 2): the mean face and the directions in which faces differ. Label
 * units (see {@link dev.facealign.crop.CropRegion}). Immutable.
 */
public final class ShapeModel {
  /** A share that is reached within rounding is reached. */
  private static final double ROUNDING = 1e-12;

  /** Coefficients are clipped to so many standard deviations. */
  private static final double CLIP = 3;

  private final String schemeId;
  private final CropPolicy cropPolicy;
  private final double[] mean;
  private final double[] eigenvalues;
  private final double[][] eigenvectors;
  private final double[] cumulativeShare;

  /**
   * From its numbers; they are copied.
   *
   * @param schemeId "68", "29"
   * @param cropPolicy how shapes were normalised
   * @param mean x0, y0, x1, y1, ...: 2M numbers
   * @param eigenvalues descending, above 0; at most 2M
   * @param eigenvectors as many, of unit length, 2M numbers each
   * @throws FaultException INVALID_ARGUMENT where the numbers do not fit together
   */
  public ShapeModel(
      String schemeId,
      CropPolicy cropPolicy,
      double[] mean,
      double[] eigenvalues,
      double[][] eigenvectors) {
    requireShape(mean, eigenvalues, eigenvectors);
    this.schemeId = schemeId;
    this.cropPolicy = cropPolicy;
    this.mean = mean.clone();
    this.eigenvalues = eigenvalues.clone();
    this.eigenvectors = copy(eigenvectors);
    this.cumulativeShare = cumulativeShare(this.eigenvalues);
  }

  /** Landmark scheme: "68", "29". */
  public String schemeId() {
    return schemeId;
  }

  /** How shapes were normalised. */
  public CropPolicy cropPolicy() {
    return cropPolicy;
  }

  /** Points of a face, M. */
  public int landmarkCount() {
    return mean.length / 2;
  }

  /** Eigenvectors there are. */
  public int componentCount() {
    return eigenvalues.length;
  }

  /** The mean face, 2M numbers; a copy. */
  public double[] mean() {
    return mean.clone();
  }

  /** Variances along the eigenvectors, descending, label units squared; a copy. */
  public double[] eigenvalues() {
    return eigenvalues.clone();
  }

  /** Unit vectors, one a row, in the order of the eigenvalues; a copy. */
  public double[][] eigenvectors() {
    return copy(eigenvectors);
  }

  /** Eigenvectors that a policy keeps: at least 1, at most all; 0 only where there are none. */
  public int components(ComponentPolicy policy) {
    int all = eigenvalues.length;
    if (all == 0) {
      return 0;
    }
    if (policy instanceof ComponentPolicy.VarianceShare variance) {
      int kept = 1;
      while (kept < all && cumulativeShare[kept - 1] < variance.share() - ROUNDING) {
        kept++;
      }
      return kept;
    }
    if (policy instanceof ComponentPolicy.ComponentShare count) {
      return Math.max(1, Math.min(all, (int) Math.ceil(count.share() * all - ROUNDING * all)));
    }
    throw new AssertionError(policy);
  }

  /**
   * The face that the first eigenvectors can express (METHOD equations 2 and 3): b = V^T (face -
   * mean), each b_i clipped to 3 standard deviations, smooth = mean + V b.
   *
   * @param labels 2M numbers
   * @param components eigenvectors to keep, 0 to {@link #componentCount()}
   */
  public double[] smooth(double[] labels, int components) {
    if (labels.length != mean.length) {
      throw FaultException.invalid(
          "labels.length", labels.length, mean.length + " numbers, as the shape model has");
    }
    if (components < 0 || components > eigenvalues.length) {
      throw FaultException.invalid("components", components, "0 to " + eigenvalues.length);
    }
    double[] smooth = mean.clone();
    for (int i = 0; i < components; i++) {
      double[] vector = eigenvectors[i];
      double b = 0;
      for (int j = 0; j < vector.length; j++) {
        b += vector[j] * (labels[j] - mean[j]);
      }
      double limit = CLIP * Math.sqrt(eigenvalues[i]);
      b = Math.max(-limit, Math.min(limit, b));
      for (int j = 0; j < vector.length; j++) {
        smooth[j] += b * vector[j];
      }
    }
    return smooth;
  }

  private static void requireShape(double[] mean, double[] eigenvalues, double[][] eigenvectors) {
    if (mean.length == 0 || mean.length % 2 != 0) {
      throw FaultException.invalid("mean.length", mean.length, "an even number > 0");
    }
    if (eigenvalues.length > mean.length) {
      throw FaultException.invalid("eigenvalues.length", eigenvalues.length, "<= " + mean.length);
    }
    if (eigenvectors.length != eigenvalues.length) {
      throw FaultException.invalid(
          "eigenvectors.length", eigenvectors.length, eigenvalues.length + ", as the eigenvalues");
    }
    requireFinite("mean", mean);
    double before = Double.POSITIVE_INFINITY;
    for (int i = 0; i < eigenvalues.length; i++) {
      if (!(eigenvalues[i] > 0) || !(eigenvalues[i] <= before)) {
        throw FaultException.invalid("eigenvalues[" + i + "]", eigenvalues[i], "> 0, descending");
      }
      before = eigenvalues[i];
      if (eigenvectors[i].length != mean.length) {
        throw FaultException.invalid(
            "eigenvectors[" + i + "].length", eigenvectors[i].length, mean.length + " numbers");
      }
      requireFinite("eigenvectors[" + i + "]", eigenvectors[i]);
    }
    requireFinite("eigenvalues", eigenvalues);
  }

  private static void requireFinite(String field, double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw FaultException.invalid(field, value, "finite numbers");
      }
    }
  }

  private static double[] cumulativeShare(double[] eigenvalues) {
    double total = Arrays.stream(eigenvalues).sum();
    double[] shares = new double[eigenvalues.length];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      sum += eigenvalues[i];
      shares[i] = sum / total;
    }
    return shares;
  }

  private static double[][] copy(double[][] rows) {
    return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
  }
}
