package dev.facealign.metric;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;
import dev.facealign.landmark.Landmarks;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Mean errors of many faces by landmark and by part of the face. For use by one thread. */
public final class LandmarkErrors {
  private final LandmarkScheme scheme;
  private final double[] sums;
  private int faces;
  private double visibleSum;
  private long visiblePoints;
  private double occludedSum;
  private long occludedPoints;

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
   * @param occluded the points annotated as occluded, the others being visible; empty where the
   *     face has no such flags
   */
  public void add(
      Landmarks predicted, Landmarks truth, double distance, Optional<BitSet> occluded) {
    for (int m = 0; m < sums.length; m++) {
      double error =
          Math.hypot(predicted.x(m) - truth.x(m), predicted.y(m) - truth.y(m)) / distance;
      sums[m] += error;
      if (occluded.isPresent()) {
        if (occluded.get().get(m)) {
          occludedSum += error;
          occludedPoints++;
        } else {
          visibleSum += error;
          visiblePoints++;
        }
      }
    }
    faces++;
  }

  /** Faces that were added. */
  public int faces() {
    return faces;
  }

  /** Mean error of the visible points, fraction; empty where none is known to be visible. */
  public OptionalDouble ofVisible() {
    return mean(visibleSum, visiblePoints);
  }

  /** Mean error of the occluded points, fraction; empty where none is known to be occluded. */
  public OptionalDouble ofOccluded() {
    return mean(occludedSum, occludedPoints);
  }

  private static OptionalDouble mean(double sum, long points) {
    return points == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / points);
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
