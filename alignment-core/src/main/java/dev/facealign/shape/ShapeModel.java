package dev.facealign.shape;

import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Affine;
import dev.facealign.landmark.LandmarkScheme;
import java.util.Arrays;

/**
 * An active shape model (METHOD 2): the mean face and the directions in which faces differ. Label
 * units (see {@link dev.facealign.crop.CropRegion}). Immutable.
 *
 * <p>With Procrustes alignment mean and directions are those of faces fitted onto the Procrustes
 * mean. A face is fitted there too, smoothed there, and its smooth face moved back: smooth faces
 * are in the face's own label units either way.
 */
public final class ShapeModel {
  /** A share that is reached within rounding is reached. */
  private static final double ROUNDING = 1e-12;

  /** Coefficients are clipped to so many standard deviations. */
  private static final double CLIP = 3;

  private final LandmarkScheme scheme;
  private final ShapeNormalisation normalisation;
  private final double[] mean;
  private final double[] eigenvalues;
  private final double[][] eigenvectors;
  private final double[] limits;
  private final double[] cumulativeShare;

  /**
   * From its numbers; they are copied.
   *
   * @param scheme of M points
   * @param normalisation what was done to the faces
   * @param mean x0, y0, x1, y1, ...: 2M numbers
   * @param eigenvalues descending, above 0; at most 2M
   * @param eigenvectors as many, of unit length, 2M numbers each
   * @throws FaultException INVALID_ARGUMENT where the numbers do not fit together
   */
  public ShapeModel(
      LandmarkScheme scheme,
      ShapeNormalisation normalisation,
      double[] mean,
      double[] eigenvalues,
      double[][] eigenvectors) {
    requireShape(scheme, normalisation, mean, eigenvalues, eigenvectors);
    this.scheme = scheme;
    this.normalisation = normalisation;
    this.mean = mean.clone();
    this.eigenvalues = eigenvalues.clone();
    this.eigenvectors = copy(eigenvectors);
    this.limits = Arrays.stream(eigenvalues).map(value -> CLIP * Math.sqrt(value)).toArray();
    this.cumulativeShare = cumulativeShare(this.eigenvalues);
  }

  /** What the points are. */
  public LandmarkScheme scheme() {
    return scheme;
  }

  /** What was done to the faces before their covariance was taken. */
  public ShapeNormalisation normalisation() {
    return normalisation;
  }

  /** How shapes were cropped. */
  public CropPolicy cropPolicy() {
    return normalisation.cropping().policy();
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

  /**
   * Shares of the variance that the first 1, 2, ... eigenvectors explain; the last is 1. A copy.
   */
  public double[] cumulativeVarianceShares() {
    return cumulativeShare.clone();
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
   * @throws FaultException INVALID_ARGUMENT also, with alignment, for a face that cannot be fitted;
   *     see {@link ProcrustesMean#fit}
   */
  public double[] smooth(double[] labels, int components) {
    if (labels.length != mean.length) {
      throw FaultException.invalid(
          "labels.length", labels.length, mean.length + " numbers, as the shape model has");
    }
    double[] smooth = new double[mean.length];
    smooth(labels, 0, components, smooth);
    return smooth;
  }

  /**
   * The same for one of many faces; {@link SmoothFaces} is for all of them.
   *
   * @param faces holds the face's 2M numbers
   * @param from where they begin, there and in {@code smooth}
   * @param smooth gets the smooth face's 2M numbers
   */
  void smooth(double[] faces, int from, int components, double[] smooth) {
    requireComponents(components);
    int n = mean.length;
    ProcrustesMean target = normalisation.procrustesMean();
    Affine there = target == null ? Affine.IDENTITY : target.fit(faces, from);
    System.arraycopy(mean, 0, smooth, from, n);
    for (int k = 0; k < components; k++) {
      double[] vector = eigenvectors[k];
      double b = 0;
      for (int j = 0; j < n; j += 2) {
        double x = faces[from + j];
        double y = faces[from + j + 1];
        b += vector[j] * (there.x(x, y) - mean[j]);
        b += vector[j + 1] * (there.y(x, y) - mean[j + 1]);
      }
      b = Math.max(-limits[k], Math.min(limits[k], b));
      for (int j = 0; j < n; j++) {
        smooth[from + j] += b * vector[j];
      }
    }
    if (target != null) {
      Affine back = there.inverse();
      for (int j = from; j < from + n; j += 2) {
        double x = smooth[j];
        double y = smooth[j + 1];
        smooth[j] = back.x(x, y);
        smooth[j + 1] = back.y(x, y);
      }
    }
  }

  /** Refuses a number of components that the model has not. */
  void requireComponents(int components) {
    if (components < 0 || components > eigenvalues.length) {
      throw FaultException.invalid("components", components, "0 to " + eigenvalues.length);
    }
  }

  private static void requireShape(
      LandmarkScheme scheme,
      ShapeNormalisation normalisation,
      double[] mean,
      double[] eigenvalues,
      double[][] eigenvectors) {
    if (mean.length != 2 * scheme.count()) {
      throw FaultException.invalid(
          "mean.length",
          mean.length,
          2 * scheme.count() + " numbers of the scheme \"" + scheme.id() + "\"");
    }
    ProcrustesMean target = normalisation.procrustesMean();
    if (target != null && target.coordinates().length != mean.length) {
      throw FaultException.invalid(
          "procrustes_mean.length",
          target.coordinates().length,
          mean.length + " numbers, as the mean");
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
