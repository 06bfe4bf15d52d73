package dev.facealign.evaluation.run;

import dev.facealign.evaluation.library.FaceResults;
import dev.facealign.evaluation.library.ScoredReport;
import dev.facealign.evaluation.plot.ReportPlots;
import dev.facealign.evaluation.scoring.Certainty;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.PromotionDecision;
import java.util.Map;
import java.util.Optional;

/**
 * What a measurement came to.
 *
 * @param faces each face's result
 * @param curves errors by subset
 * @param length what they were divided by, in words
 * @param certainty empty where the model gives no expected errors
 */
record MeasuredModel(
    Evaluation report,
    FaceResults faces,
    Map<String, ErrorDistribution> curves,
    String length,
    Optional<Certainty> certainty) {

  MeasuredModel with(PromotionDecision decision) {
    return new MeasuredModel(
        report.toBuilder().setPromotion(decision).build(), faces, curves, length, certainty);
  }

  ScoredReport scored() {
    return new ScoredReport(report, faces.errors());
  }

  /** SVG pictures by file name. */
  Map<String, String> plots() {
    return ReportPlots.of(report, length, curves, certainty);
  }
}
