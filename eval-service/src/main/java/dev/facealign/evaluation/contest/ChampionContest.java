package dev.facealign.evaluation.contest;

import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The promotion rule: a challenger beats the champion when its mean inter-ocular NME over the faces
 * that are valid for both is lower, and no more of its faces are invalid. A model that fails on
 * hard faces must not win by leaving them out.
 */
public final class ChampionContest {
  private ChampionContest() {}

  /**
   * How a contest ended.
   *
   * @param challengerWins whether the challenger is better
   * @param championNme the champion's mean over the faces that are valid for both; NaN where there
   *     are none
   * @param reason in words, with both figures
   */
  public record Verdict(boolean challengerWins, double championNme, String reason) {}

  /** Compares two whole reports on the same faces. */
  public static Verdict decide(Evaluation challenger, Evaluation champion) {
    Map<String, Double> championErrors = new HashMap<>();
    for (FaceResult face : champion.getFacesList()) {
      if (face.hasNme()) {
        championErrors.put(face.getFaceId(), face.getNme());
      }
    }
    double ours = 0;
    double theirs = 0;
    int common = 0;
    for (FaceResult face : challenger.getFacesList()) {
      Double other = championErrors.get(face.getFaceId());
      if (face.hasNme() && other != null) {
        ours += face.getNme();
        theirs += other;
        common++;
      }
    }
    if (common == 0) {
      return new Verdict(false, Double.NaN, "no face is valid for both models");
    }
    ours /= common;
    theirs /= common;
    int ourInvalid = challenger.getSubsets(0).getInvalid();
    int theirInvalid = champion.getSubsets(0).getInvalid();
    boolean wins = ours < theirs && ourInvalid <= theirInvalid;
    return new Verdict(
        wins,
        theirs,
        String.format(
            Locale.ROOT,
            "NME %.3f %% with %d invalid faces against the champion's %.3f %% with %d, over %d faces valid for both",
            100 * ours,
            ourInvalid,
            100 * theirs,
            theirInvalid,
            common));
  }
}
