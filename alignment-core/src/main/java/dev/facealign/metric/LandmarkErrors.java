package dev.facealign.metric;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;
import dev.facealign.landmark.Landmarks;
import java.util.LinkedHashMap;
import java.util.Map;

/** Mean errors of many faces by landmark and by part of the face. For use by one thread. */
public final class LandmarkErrors {
  private final LandmarkScheme scheme;
  private final double[] sums;
  private int faces;

  public LandmarkErrors(LandmarkScheme scheme) {
    this.scheme = scheme;
    this.sums = new double[scheme.count()];
  }

  /**
   * Adds a face.
   *
   * @param predicted finite points in the picture's coordinates
   * @param truth as many
   * @param distance what errors are divided by, pixels, above 0
   */
  public void add(Landmarks predicted, Landmarks truth, double distance) {
    for (int m = 0; m < sums.length; m++) {
      sums[m] += Math.hypot(predicted.x(m) - truth.x(m), predicted.y(m) - truth.y(m)) / distance;
    }
    faces++;
  }

  /** Mean error of each landmark, fractions; NaN without faces. */
  public double[] byLandmark() {
    double[] means = new double[sums.length];
    for (int m = 0; m < means.length; m++) {
      means[m] = faces == 0 ? Double.NaN : sums[m] / faces;
    }
    return means;
  }

  /**
   * Mean error of the landmarks of each part of the face, fractions, in the scheme's order; NaN
   * without faces.
   */
  public Map<String, Double> byRegion() {
    double[] means = byLandmark();
    Map<String, Double> regions = new LinkedHashMap<>();
    for (FaceRegion region : scheme.regions().values()) {
      double sum = 0;
      for (int m : region.points()) {
        sum += means[m];
      }
      regions.put(region.name(), sum / region.points().length);
    }
    return regions;
  }
}
