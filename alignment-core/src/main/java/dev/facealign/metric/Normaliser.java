package dev.facealign.metric;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.PointPair;
import dev.facealign.landmark.LandmarkScheme.Pupils;
import dev.facealign.landmark.Landmarks;

/** The length that a face's errors are divided by (METHOD 5). */
public enum Normaliser {
  /** Distance of the outer eye corners. */
  INTER_OCULAR {
    @Override
    double of(LandmarkScheme scheme, Landmarks truth) {
      PointPair corners =
          scheme.outerEyeCorners().orElseThrow(() -> missing(scheme, "outer-eye-corners"));
      return truth.distance(corners.left(), corners.right());
    }
  },
  /**
   * Distance of the pupils' centres; for 68 points a pupil's centre is the mean of its eye's six
   * points.
   */
  INTER_PUPIL {
    @Override
    double of(LandmarkScheme scheme, Landmarks truth) {
      Pupils pupils = scheme.pupils().orElseThrow(() -> missing(scheme, "left-pupil"));
      double dx = meanX(truth, pupils.left()) - meanX(truth, pupils.right());
      double dy = meanY(truth, pupils.left()) - meanY(truth, pupils.right());
      return Math.hypot(dx, dy);
    }
  },
  /** Diagonal of the tight box of the points. */
  BOX_DIAGONAL {
    @Override
    double of(LandmarkScheme scheme, Landmarks truth) {
      try {
        return truth.boundingBox().diagonal();
      } catch (FaultException withoutExtent) {
        return 0;
      }
    }
  };

  /**
   * What errors of a scheme's faces are divided by unless somebody says otherwise: the inter-ocular
   * distance where the scheme has outer eye corners, the inter-pupil distance where it has pupils,
   * else the box's diagonal.
   */
  public static Normaliser defaultOf(LandmarkScheme scheme) {
    if (scheme.outerEyeCorners().isPresent()) {
      return INTER_OCULAR;
    }
    return scheme.pupils().isPresent() ? INTER_PUPIL : BOX_DIAGONAL;
  }

  /** Whether the scheme has what this length is measured between. */
  public boolean fits(LandmarkScheme scheme) {
    return switch (this) {
      case INTER_OCULAR -> scheme.outerEyeCorners().isPresent();
      case INTER_PUPIL -> scheme.pupils().isPresent();
      case BOX_DIAGONAL -> true;
    };
  }

  /**
   * The length for one face.
   *
   * @return pixels; 0 or NaN where the true points are degenerate, which is no length to divide by
   * @throws FaultException FAILED_PRECONDITION (SCHEME_WITHOUT_NORMALISER) where the scheme does
   *     not {@link #fits fit}
   */
  public double distance(LandmarkScheme scheme, Landmarks truth) {
    scheme.requireCount(truth.count());
    return of(scheme, truth);
  }

  abstract double of(LandmarkScheme scheme, Landmarks truth);

  private static FaultException missing(LandmarkScheme scheme, String part) {
    return FaultException.of(
        FaultKind.FAILED_PRECONDITION,
        "SCHEME_WITHOUT_NORMALISER",
        "scheme " + scheme.id() + ": no " + part + " (expected: some, for this normaliser)");
  }

  private static double meanX(Landmarks face, int[] points) {
    double sum = 0;
    for (int m : points) {
      sum += face.x(m);
    }
    return sum / points.length;
  }

  private static double meanY(Landmarks face, int[] points) {
    double sum = 0;
    for (int m : points) {
      sum += face.y(m);
    }
    return sum / points.length;
  }
}
