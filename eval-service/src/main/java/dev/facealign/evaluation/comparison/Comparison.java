package dev.facealign.evaluation.comparison;

import dev.facealign.evaluation.library.ReportLibrary;
import dev.facealign.evaluation.library.ScoredReport;
import dev.facealign.fault.FaultException;
import dev.facealign.v1.CompareEvaluationsRequest;
import dev.facealign.v1.CompareEvaluationsResponse;
import dev.facealign.v1.Evaluation;
import jakarta.inject.Singleton;
import java.util.List;

/** Reports of the same faces side by side. */
@Singleton
public final class Comparison {

  private static final int MOST = 100;

  private final ReportLibrary library;

  Comparison(ReportLibrary library) {
    this.library = library;
  }

  /**
   * Compares all with the first.
   *
   * @throws FaultException INVALID_ARGUMENT where they are not of the same faces or by different
   *     lengths; NOT_FOUND
   */
  public CompareEvaluationsResponse compare(CompareEvaluationsRequest request) {
    List<String> ids = request.getEvaluationIdsList();
    if (ids.size() < 2 || ids.size() > MOST) {
      throw FaultException.invalid("evaluation_ids", ids.size() + " reports", "2 to " + MOST);
    }
    CompareEvaluationsResponse.Builder answer = CompareEvaluationsResponse.newBuilder();
    ScoredReport base = library.scored(ids.get(0));
    Evaluation first = base.report();
    for (String id : ids) {
      ScoredReport scored = library.scored(id);
      Evaluation report = scored.report();
      if (!report.getDataset().equals(first.getDataset())) {
        throw FaultException.invalid(
            "evaluation_ids", id + " measured " + faces(report), faces(first) + ", as the first");
      }
      if (report.getNormaliser() != first.getNormaliser()) {
        throw FaultException.invalid(
            "evaluation_ids",
            id + " by " + report.getNormaliser(),
            first.getNormaliser() + ", as the first");
      }
      ReportPair pair = ReportPair.of(scored.errors(), base.errors());
      answer
          .addEvaluations(report.toBuilder().clearFaces())
          .addNmeDifferenceToFirst(pair.comparison().meanDifference())
          .addDifferenceToFirst(pair.toDifference());
    }
    return answer.build();
  }

  private static String faces(Evaluation report) {
    return "%s %s (%d faces, sha256 %.12s)"
        .formatted(
            report.getDataset().getDataset().getName(),
            report.getDataset().getDataset().getSplit(),
            report.getDataset().getFaces(),
            report.getDataset().getSha256());
  }
}
