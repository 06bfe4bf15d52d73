package dev.facealign.metric;

/** How far two scores put the same things in the same order. */
public final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * Spearman's rank correlation: Pearson's of the ranks, where equal values have the mean of their
   * ranks.
   *
   * @param first one or more, all finite
   * @param second as many, all finite
   * @return in [-1, 1]; 0 where all values of one side are equal, which is no order to agree with
   * @throws dev.facealign.fault.FaultException INVALID_ARGUMENT where the lengths differ, there are
   *     none, or one is not finite
   */
  public static double spearman(double[] first, double[] second) {
    Ranking.requireSameLength("first", first, second);
    double[] a = Ranking.of("first", first).ranks();
    double[] b = Ranking.of("second", second).ranks();
    double mean = (a.length + 1) / 2.0;
    double both = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      both += (a[i] - mean) * (b[i] - mean);
      ofA += (a[i] - mean) * (a[i] - mean);
      ofB += (b[i] - mean) * (b[i] - mean);
    }
    if (ofA == 0 || ofB == 0) {
      return 0;
    }
    return Math.max(-1, Math.min(1, both / Math.sqrt(ofA) / Math.sqrt(ofB)));
  }
}
