package dev.facealign.evaluation.report;

import dev.facealign.platform.page.Html;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.PairedDifference;
import dev.facealign.v1.PromotionDecision;

/** What was decided about the champion, and why. */
final class DecisionSection {

  private DecisionSection() {}

  static void write(Html html, Evaluation report) {
    if (!report.hasPromotion()) {
      return;
    }
    PromotionDecision decision = report.getPromotion();
    html.open("section", "class", "card", "id", "decision").element("h2", "Promotion");
    html.open("p", "class", decision.getPromoted() ? "verdict good" : "verdict")
        .element("strong", decision.getPromoted() ? "Champion now. " : "Not promoted. ")
        .text(decision.getReason())
        .close();
    html.open("dl", "class", "facts");
    if (!decision.getChampionBefore().isEmpty()) {
      CertaintySection.fact(html, "Champion before", Words.version(decision.getChampionBefore()));
    }
    if (decision.hasChampionNme()) {
      CertaintySection.fact(html, "Its NME", Words.percent(decision.getChampionNme()) + " %");
    }
    if (decision.hasDifference()) {
      PairedDifference difference = decision.getDifference();
      CertaintySection.fact(
          html, "Mean difference", signed(difference.getMean()) + " % (below 0: better)");
      if (difference.hasInterval()) {
        CertaintySection.fact(
            html, "95 % interval", Words.percent(difference.getInterval()) + " %");
      }
      CertaintySection.fact(
          html,
          "Probability of being better",
          Words.number(difference.getProbabilityBetter(), 3)
              + " (asked for: "
              + Words.number(decision.getRequiredProbability(), 2)
              + ")");
      CertaintySection.fact(
          html,
          "Failed on by this one, by the champion alone",
          difference.getFailedOnlyHere() + ", " + difference.getFailedOnlyThere());
      CertaintySection.fact(html, "Faces compared", Words.count(difference.getFaces()));
    }
    html.close().close();
  }

  private static String signed(double fraction) {
    return (fraction > 0 ? "+" : "") + Words.percent(fraction);
  }
}
