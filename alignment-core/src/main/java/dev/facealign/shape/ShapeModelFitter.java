package dev.facealign.shape;

import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.geometry.Affine;
import dev.facealign.landmark.LandmarkScheme;
import java.util.Arrays;

/**
 * Fits a shape model to faces in one pass, in memory that does not grow with their number; see
 * {@link CovarianceAccumulator}. With Procrustes alignment it is the second pass: the first gives
 * the {@link ProcrustesMean}. Several may run side by side and be merged. Not thread-safe.
 *
 * <p>The covariance is divided by faces - 1; eigenvectors are signed so that the entry of the
 * largest magnitude is positive (of several exactly as large, the first); eigenvalues that are zero
 * within rounding are dropped with their vectors. So faces that repeat each other, or that are
 * fewer than their coordinates, give the components that exist.
 */
public final class ShapeModelFitter {
  /** Eigenvalues below this share of the largest are rounding. */
  private static final double RELATIVE_ZERO = 1e-12;

  /** Faces that differ by less than a billionth of the crop are the same. */
  private static final double ABSOLUTE_ZERO = 1e-24;

  private final LandmarkScheme scheme;
  private final ShapeNormalisation normalisation;
  private final CovarianceAccumulator faces;
  private final double[] aligned;

  /** For faces that are cropped around their true points and not aligned. */
  public ShapeModelFitter(LandmarkScheme scheme, CropPolicy cropPolicy) {
    this(scheme, ShapeNormalisation.of(cropPolicy));
  }

  /** Of no faces yet. */
  public ShapeModelFitter(LandmarkScheme scheme, ShapeNormalisation normalisation) {
    this.scheme = scheme;
    this.normalisation = normalisation;
    this.faces = new CovarianceAccumulator(2 * scheme.count());
    this.aligned = new double[2 * scheme.count()];
  }

  /**
   * Takes one face in.
   *
   * @param labels 2M finite numbers in label units, not aligned
   * @throws FaultException INVALID_ARGUMENT for another number of points, a number that is not
   *     finite, or a face that cannot be aligned; it is not taken in
   */
  public void add(double[] labels) {
    requireFace(labels);
    ProcrustesMean target = normalisation.procrustesMean();
    if (target == null) {
      faces.add(labels);
      return;
    }
    Affine fit = target.fit(labels, 0);
    for (int i = 0; i < labels.length; i += 2) {
      aligned[i] = fit.x(labels[i], labels[i + 1]);
      aligned[i + 1] = fit.y(labels[i], labels[i + 1]);
    }
    faces.add(aligned);
  }

  private void requireFace(double[] labels) {
    if (labels.length != aligned.length) {
      throw FaultException.invalid(
          "labels.length",
          labels.length,
          aligned.length + " numbers of the scheme \"" + scheme.id() + "\"");
    }
    for (int i = 0; i < labels.length; i++) {
      if (!Double.isFinite(labels[i])) {
        throw FaultException.invalid("labels[" + i + "]", labels[i], "a finite number");
      }
    }
  }

  /**
   * Takes in what another fitter has taken in; that one stays as it is.
   *
   * @throws FaultException INVALID_ARGUMENT where its faces have another scheme or normalisation
   */
  public void merge(ShapeModelFitter other) {
    if (!other.scheme.equals(scheme)) {
      throw FaultException.invalid(
          "scheme", other.scheme.id(), "\"" + scheme.id() + "\", as the faces there are");
    }
    if (!other.normalisation.equals(normalisation)) {
      throw FaultException.invalid(
          "normalisation", other.normalisation, normalisation + ", as the faces there are");
    }
    faces.merge(other.faces);
  }

  /** Faces taken in so far. */
  public long faces() {
    return faces.count();
  }

  /**
   * The model of the faces taken in so far.
   *
   * @throws FaultException FAILED_PRECONDITION for fewer than two faces
   */
  public ShapeModel fit() {
    if (faces.count() < 2) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "TOO_FEW_FACES",
          "faces: " + faces.count() + " (expected: >= 2, a shape model needs faces that differ)");
    }
    PrincipalComponents components = PrincipalComponents.of(faces.covariance());
    double[] values = components.values();
    double zero = Math.max(ABSOLUTE_ZERO, values[0] * RELATIVE_ZERO);
    int kept = (int) Arrays.stream(values).takeWhile(value -> value > zero).count();
    return new ShapeModel(
        scheme,
        normalisation,
        faces.mean(),
        Arrays.copyOf(values, kept),
        Arrays.copyOf(components.vectors(), kept));
  }
}
