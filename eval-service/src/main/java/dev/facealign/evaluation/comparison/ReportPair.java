package dev.facealign.evaluation.comparison;

import dev.facealign.evaluation.library.FaceErrors;
import dev.facealign.evaluation.scoring.SubsetReports;
import dev.facealign.metric.Bootstrap;
import dev.facealign.metric.PairedComparison;
import dev.facealign.v1.PairedDifference;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Two reports of the same faces. Means are over the faces that are valid in both: a model that
 * gives up on hard faces must not look better for it.
 *
 * @param comparison the first report's errors against the second's
 * @param firstMean NME of the first report, fraction; NaN without faces
 * @param secondMean of the second
 */
record ReportPair(PairedComparison comparison, double firstMean, double secondMean) {

  static ReportPair of(FaceErrors first, FaceErrors second) {
    Map<String, Double> others = second.byFace();
    double[] firsts = first.inOrder();
    double[] seconds = new double[firsts.length];
    double[] commonFirsts = new double[firsts.length];
    double[] commonSeconds = new double[firsts.length];
    List<String> ids = first.ids();
    int common = 0;
    for (int i = 0; i < firsts.length; i++) {
      seconds[i] = others.getOrDefault(ids.get(i), Double.NaN);
      if (!Double.isNaN(firsts[i]) && !Double.isNaN(seconds[i])) {
        commonFirsts[common] = firsts[i];
        commonSeconds[common++] = seconds[i];
      }
    }
    return new ReportPair(
        PairedComparison.of(firsts, seconds, Bootstrap.usual()),
        mean(commonFirsts, common),
        mean(commonSeconds, common));
  }

  private static double mean(double[] values, int count) {
    return Arrays.stream(values, 0, count).average().orElse(Double.NaN);
  }

  /** Faces valid in both. */
  int faces() {
    return comparison.faces();
  }

  PairedDifference toDifference() {
    PairedDifference.Builder difference =
        PairedDifference.newBuilder()
            .setFaces(comparison.faces())
            .setMean(comparison.meanDifference())
            .setProbabilityBetter(comparison.probabilityFirstBetter())
            .setSignificant(comparison.significant())
            .setFailedOnlyHere(comparison.failedOfFirstOnly())
            .setFailedOnlyThere(comparison.failedOfSecondOnly());
    SubsetReports.interval(comparison.interval()).ifPresent(difference::setInterval);
    return difference.build();
  }
}
