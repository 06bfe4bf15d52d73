package dev.facealign.metric;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;

/** The length that a face's errors are divided by (METHOD 5). */
public enum Normaliser {
  /** Distance of the outer eye corners. */
  INTER_OCULAR {
    @Override
    double of(LandmarkScheme scheme, Landmarks truth) {
      return truth.distance(scheme.leftOuterEyeCorner(), scheme.rightOuterEyeCorner());
    }
  },
  /**
   * Distance of the pupils' centres; for 68 points a pupil's centre is the mean of its eye's six
   * points.
   */
  INTER_PUPIL {
    @Override
    double of(LandmarkScheme scheme, Landmarks truth) {
      int[] left = scheme.leftPupil();
      int[] right = scheme.rightPupil();
      double dx = meanX(truth, left) - meanX(truth, right);
      double dy = meanY(truth, left) - meanY(truth, right);
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
   * The length for one face.
   *
   * @return pixels; 0 or NaN where the true points are degenerate, which is no length to divide by
   */
  public double distance(LandmarkScheme scheme, Landmarks truth) {
    scheme.requireCount(truth.count());
    return of(scheme, truth);
  }

  abstract double of(LandmarkScheme scheme, Landmarks truth);

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
