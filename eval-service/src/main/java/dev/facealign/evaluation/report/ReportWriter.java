package dev.facealign.evaluation.report;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.evaluation.measure.FaceScore;
import dev.facealign.evaluation.measure.Scores;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Normaliser;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import dev.facealign.v1.SubsetMetrics;
import java.time.Instant;

/** Words scores in the contract's terms. */
public final class ReportWriter {
  private ReportWriter() {}

  /**
   * A report.
   *
   * @param id its id
   * @param modelVersion what was measured
   * @param seconds how long it took
   * @param at when it ended
   */
  public static Evaluation report(
      String id,
      String modelVersion,
      FaceDataset dataset,
      BoxSource boxes,
      Scores scores,
      double seconds,
      Instant at) {
    Evaluation.Builder report =
        Evaluation.newBuilder()
            .setEvaluationId(id)
            .setModelVersion(modelVersion)
            .setDataset(Contracts.fingerprint(dataset))
            .setBoxSource(boxes)
            .addSubsets(subset(scores))
            .setCreatedAt(Contracts.toProto(at))
            .setFacesPerSecond(scores.faces().size() / seconds)
            .setPartial(dataset.partial())
            .setScheme(dataset.scheme().id());
    scores.folders().forEach(folder -> report.addSubsets(subset(folder)));
    scores.faces().forEach(face -> report.addFaces(face(face)));
    return report.build();
  }

  /** Metrics of a split or folder. */
  static SubsetMetrics subset(Scores scores) {
    ErrorDistribution errors = scores.distribution(Normaliser.INTER_OCULAR);
    return SubsetMetrics.newBuilder()
        .setName(scores.split())
        .setFaces(errors.faces())
        .setInvalid(errors.invalid())
        .setNmeInterOcular(errors.mean())
        .setNmeInterPupil(scores.distribution(Normaliser.INTER_PUPIL).mean())
        .setNmeBoxDiagonal(scores.distribution(Normaliser.BOX_DIAGONAL).mean())
        .setFrAt008(errors.failureRate(0.08))
        .setFrAt010(errors.failureRate(0.10))
        .setAucAt008(errors.auc(0.08))
        .setAucAt010(errors.auc(0.10))
        .setAucFard2022(errors.aucFard2022())
        .build();
  }

  private static FaceResult face(FaceScore score) {
    FaceResult.Builder result = FaceResult.newBuilder().setFaceId(score.faceId());
    if (score.invalidReason() == null) {
      result.setNme(score.interOcular());
    } else {
      result.setInvalidReason(score.invalidReason());
    }
    Landmarks predicted = score.predicted();
    if (predicted != null) {
      for (double coordinate : predicted.toArray()) {
        result.addPredicted((float) coordinate);
      }
    }
    return result.build();
  }
}
