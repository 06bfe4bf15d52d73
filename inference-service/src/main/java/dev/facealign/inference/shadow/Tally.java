package dev.facealign.inference.shadow;

import dev.facealign.v1.ShadowComparison;
import dev.facealign.v1.ShadowDifference;
import java.util.OptionalDouble;

/** What a pair of models has shown. Not thread-safe. */
final class Tally {
  private final String champion;
  private final String shadow;
  private final Differences differences = new Differences();
  private long skipped;
  private long failed;
  private double championErrors;
  private double shadowErrors;
  private long facesWithErrors;

  /**
   * Nothing yet.
   *
   * @param champion version, or empty: none
   * @param shadow version, or empty: none
   */
  Tally(String champion, String shadow) {
    this.champion = champion;
    this.shadow = shadow;
  }

  boolean isOf(String championVersion, String shadowVersion) {
    return champion.equals(championVersion) && shadow.equals(shadowVersion);
  }

  /**
   * A face was compared.
   *
   * @param difference mean distance of the points
   * @param championError mean expected error of the champion's points, the same unit
   * @param shadowError of the other's
   */
  void compared(double difference, OptionalDouble championError, OptionalDouble shadowError) {
    differences.add(difference);
    if (championError.isPresent() && shadowError.isPresent()) {
      championErrors += championError.getAsDouble();
      shadowErrors += shadowError.getAsDouble();
      facesWithErrors++;
    }
  }

  void skipped(int faces) {
    skipped += faces;
  }

  void failed(int faces) {
    failed += faces;
  }

  /** As the contract tells it, without the settings. */
  ShadowComparison.Builder toProto() {
    ShadowComparison.Builder comparison =
        ShadowComparison.newBuilder()
            .setChampionVersion(champion)
            .setVersion(shadow)
            .setFaces(differences.faces())
            .setSkipped(skipped)
            .setFailed(failed);
    if (differences.faces() > 0) {
      ShadowDifference.Builder difference =
          ShadowDifference.newBuilder()
              .setMean(differences.mean())
              .setMedian(differences.quantile(0.5))
              .setPercentile95(differences.quantile(0.95))
              .setLargest(differences.largest());
      if (facesWithErrors > 0) {
        difference
            .setChampionExpectedError(championErrors / facesWithErrors)
            .setShadowExpectedError(shadowErrors / facesWithErrors);
      }
      comparison.setDifference(difference);
    }
    return comparison;
  }
}
