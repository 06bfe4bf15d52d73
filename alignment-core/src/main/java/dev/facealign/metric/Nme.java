package dev.facealign.metric;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.Landmarks;

/** Normalised mean error of one face (METHOD 5). */
public final class Nme {
  private Nme() {}

  /**
   * Mean distance of the predicted points from the true ones, divided by a length of the face.
   *
   * @param predicted in the picture's coordinates, not the crop's
   * @param truth as many points
   * @param distance pixels, above 0; see {@link Normaliser}
   * @return a fraction, or NaN where a predicted coordinate is NaN or infinite
   * @throws FaultException where the points' numbers differ or the distance is none
   */
  public static double of(Landmarks predicted, Landmarks truth, double distance) {
    if (predicted.count() != truth.count()) {
      throw FaultException.invalid(
          "predicted.count", predicted.count(), truth.count() + " points, as the truth has");
    }
    if (!(distance > 0) || !Double.isFinite(distance)) {
      throw FaultException.invalid("distance", distance, "> 0, finite");
    }
    if (!predicted.isFinite()) {
      return Double.NaN;
    }
    double sum = 0;
    for (int m = 0; m < truth.count(); m++) {
      sum += Math.hypot(predicted.x(m) - truth.x(m), predicted.y(m) - truth.y(m));
    }
    return sum / truth.count() / distance;
  }
}
