package dev.facealign.evaluation.run;

import dev.facealign.crop.BoxSource;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceSample;
import dev.facealign.evaluation.inference.AnswerCollector;
import dev.facealign.evaluation.inference.AnswerLog;
import dev.facealign.evaluation.inference.InferenceService;
import dev.facealign.evaluation.library.FaceResults;
import dev.facealign.evaluation.scoring.Certainty;
import dev.facealign.evaluation.scoring.FaceOutcome;
import dev.facealign.evaluation.scoring.FaceScoring;
import dev.facealign.evaluation.scoring.SubsetReports;
import dev.facealign.metric.Normaliser;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.protocol.Protocol;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Model;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;

/**
 * Measures one model on a run's faces. First all answers, then what they are worth: scored in the
 * dataset's order, so that sums come out the same however often the run was interrupted and in
 * whatever order answers came.
 */
@Singleton
final class ModelMeasurement {

  private final InferenceService inference;
  private final EvaluationMetrics metrics;

  ModelMeasurement(InferenceService inference, EvaluationMetrics metrics) {
    this.inference = inference;
    this.metrics = metrics;
  }

  /**
   * Measures.
   *
   * @param id of the report
   * @param boxes which box is sent with a face; empty where the service's detector finds it
   */
  MeasuredModel measure(
      String id,
      Model model,
      RunFaces faces,
      Optional<BoxSource> boxes,
      AnswerCollector.Progress progress)
      throws InterruptedException {
    String version = model.getManifest().getVersion();
    DatasetSummary dataset = faces.summary();
    FaceScoring scoring = new FaceScoring(dataset.scheme(), boxes);
    progress.faceDone(0, dataset.faces());
    try (AnswerLog answers = faces.run().answers(version)) {
      long begin = System.nanoTime();
      int asked = ask(version, faces, scoring, answers, progress);
      double seconds = (System.nanoTime() - begin) / 1e9;
      SubsetReports subsets = new SubsetReports(dataset);
      Certainty.Builder certainties =
          new Certainty.Builder(dataset.faces(), dataset.scheme().count());
      FaceResults results = faces.run().results(version);
      try (results) {
        faces
            .source()
            .forEach(
                (index, face) -> {
                  faces.cancellation().check();
                  FaceOutcome outcome = outcome(index, face, scoring, answers);
                  metrics.measured(outcome);
                  subsets.add(face, outcome);
                  certainties.add(outcome);
                  results.add(outcome.toResult());
                });
      }
      Optional<Certainty> certainty = certainties.build();
      Normaliser normaliser = Normaliser.defaultOf(dataset.scheme());
      Evaluation.Builder report =
          Evaluation.newBuilder()
              .setEvaluationId(id)
              .setModelVersion(version)
              .setModelName(model.getManifest().getName())
              .setDataset(Contracts.fingerprint(dataset))
              .setBoxSource(
                  boxes
                      .map(Contracts::toProto)
                      .orElse(dev.facealign.v1.BoxSource.BOX_SOURCE_DETECTOR))
              .addAllSubsets(subsets.metrics())
              .addAllFaces(results.listed())
              .setFacesLeftOut(!results.areFew())
              .setCreatedAt(Contracts.toProto(Instant.now()))
              .setFacesPerSecond(asked / seconds)
              .setPartial(dataset.partial())
              .setScheme(dataset.scheme().id())
              .setTrainedBoxSource(model.getManifest().getJob().getBoxSource())
              .setNormaliser(ProtocolContract.toProto(normaliser));
      Protocol.of(dataset).ifPresent(protocol -> report.setProtocol(protocol.id()));
      certainty.ifPresent(told -> report.setCertainty(told.toFigures()));
      boxes.flatMap(Contracts::boxJitter).ifPresent(report::setBoxJitter);
      return new MeasuredModel(
          report.build(), results, subsets.errors(), FaceScoring.lengthOf(normaliser), certainty);
    }
  }

  /** Has all faces answered; how many were not before. */
  private int ask(
      String version,
      RunFaces faces,
      FaceScoring scoring,
      AnswerLog answers,
      AnswerCollector.Progress progress)
      throws InterruptedException {
    try (AnswerCollector collector =
        new AnswerCollector(
            inference,
            version,
            scoring,
            answers,
            faces.summary().faces(),
            faces.cancellation(),
            progress)) {
      faces.source().forEach(collector::take);
      return collector.finish();
    }
  }

  private static FaceOutcome outcome(
      int index, FaceSample face, FaceScoring scoring, AnswerLog answers) {
    return scoring
        .exclusion(face)
        .orElseGet(
            () ->
                scoring.outcome(
                    face,
                    answers
                        .get(index)
                        .orElseThrow(() -> new IllegalStateException("not asked: " + face.id()))));
  }
}
