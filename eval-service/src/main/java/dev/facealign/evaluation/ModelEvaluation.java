package dev.facealign.evaluation;

import dev.facealign.crop.BoxSource;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Normaliser;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.protocol.Protocol;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PromotionDecision;
import dev.facealign.v1.UnfinishedEvaluation;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures a model, decides about the champion, publishes the report. */
@Singleton
final class ModelEvaluation {

  private static final Logger log = LoggerFactory.getLogger(ModelEvaluation.class);
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int SHORT_VERSION = 12;

  private final DatasetCatalog datasets;
  private final InferenceService inference;
  private final ChampionContest contest;
  private final EvaluationPublication publication;
  private final EvaluationMetrics metrics;
  private final UnfinishedRuns runs;
  private final ReportLibrary library;

  ModelEvaluation(
      DatasetCatalog datasets,
      InferenceService inference,
      ChampionContest contest,
      EvaluationPublication publication,
      EvaluationMetrics metrics,
      UnfinishedRuns runs,
      ReportLibrary library) {
    this.datasets = datasets;
    this.inference = inference;
    this.contest = contest;
    this.publication = publication;
    this.metrics = metrics;
    this.runs = runs;
    this.library = library;
  }

  /** Hears of an evaluation's faces, on any thread. */
  @FunctionalInterface
  interface Watcher {
    void faces(String evaluationId, int done, int total);
  }

  /**
   * Runs an evaluation from its beginning to its published report.
   *
   * @throws FaultException as the contract says
   */
  Evaluation begin(EvaluationSettings settings, Cancellation cancellation, Watcher watcher)
      throws InterruptedException {
    FaceSource faces = faces(settings, cancellation);
    // From here on the run stays on this version, whatever happens to the alias.
    Model model = inference.model(settings.model());
    requireScheme(model.getManifest(), faces.summary());
    Instant now = Instant.now();
    UnfinishedEvaluation begun =
        UnfinishedEvaluation.newBuilder()
            .setEvaluationId(newId(now))
            .setRequest(settings.request())
            .setModelVersion(model.getManifest().getVersion())
            .setDataset(Contracts.fingerprint(faces.summary()))
            .setStartedAt(Contracts.toProto(now))
            .build();
    try (UnfinishedRun run = runs.begin(begun, cancellation)) {
      return run(settings, new Faces(faces, run, cancellation), model, watcher);
    }
  }

  /**
   * Goes on with an evaluation that ended early.
   *
   * @return its report; the one there is, where it has ended meanwhile
   * @throws FaultException NOT_FOUND; FAILED_PRECONDITION (DATASET_CHANGED); else as the contract
   *     says
   */
  Evaluation goOn(String id, Cancellation cancellation, Watcher watcher)
      throws InterruptedException {
    if (library.has(id)) {
      return library.whole(id);
    }
    try (UnfinishedRun run = runs.open(id, cancellation)) {
      if (library.has(id)) { // while it was waited for
        run.finish();
        return library.whole(id);
      }
      EvaluationSettings settings = EvaluationSettings.of(run.begun().getRequest());
      FaceSource faces = faces(settings, cancellation);
      if (!Contracts.fingerprint(faces.summary()).equals(run.begun().getDataset())) {
        throw faces.changed();
      }
      Model model = inference.model(run.begun().getModelVersion());
      log.info("evaluation goes on id={} version={}", id, run.begun().getModelVersion());
      return run(settings, new Faces(faces, run, cancellation), model, watcher);
    }
  }

  /** What is measured on, and where it is kept. */
  private record Faces(FaceSource source, UnfinishedRun run, Cancellation cancellation) {
    DatasetSummary summary() {
      return source.summary();
    }
  }

  private FaceSource faces(EvaluationSettings settings, Cancellation cancellation) {
    FaceSource faces =
        FaceSource.read(
            datasets.find(Contracts.selection(settings.dataset())),
            (read, total) -> cancellation.check());
    settings.protocol().ifPresent(protocol -> protocol.require(faces.summary()));
    require(faces.hasPictures(), faces.summary(), "NO_PICTURES", "has a picture (expected: some)");
    require(
        faces.hasBoxes() || !settings.boxes().equals(Optional.of(BoxSource.GIVEN)),
        faces.summary(),
        "BOX_MISSING",
        "has a box in its annotation (expected: boxes, or another box_source)");
    return faces;
  }

  private Evaluation run(EvaluationSettings settings, Faces faces, Model model, Watcher watcher)
      throws InterruptedException {
    String id = faces.run().id();
    Measured measured =
        measure(
            id, model, faces, settings.boxes(), (done, total) -> watcher.faces(id, done, total));
    if (settings.promoteIfBetter()) {
      PromotionDecision decision =
          contest.decide(
              measured.scored(),
              champion -> {
                requireScheme(champion.getManifest(), faces.summary());
                Measured opponent =
                    measure(
                        newId(Instant.now()),
                        champion,
                        faces,
                        settings.boxes(),
                        (done, total) -> {});
                publish(opponent);
                return opponent.scored();
              });
      metrics.decided(decision.getPromoted());
      measured = measured.with(decision);
    }
    publish(measured);
    faces.run().finish();
    return measured.report();
  }

  private static String newId(Instant now) {
    return ID_TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /**
   * What a measurement came to.
   *
   * @param faces each face's result
   * @param curves errors by subset
   * @param length what they were divided by, in words
   * @param certainty empty where the model gives no expected errors
   */
  private record Measured(
      ModelManifest manifest,
      Evaluation report,
      FaceResults faces,
      Map<String, ErrorDistribution> curves,
      String length,
      Optional<Certainty> certainty) {
    Measured with(PromotionDecision decision) {
      return new Measured(
          manifest,
          report.toBuilder().setPromotion(decision).build(),
          faces,
          curves,
          length,
          certainty);
    }

    ScoredReport scored() {
      return new ScoredReport(report, faces.errors());
    }
  }

  /**
   * First all answers, then what they are worth: scored in the dataset's order, so that sums come
   * out the same however often the run was interrupted and in whatever order answers came.
   */
  private Measured measure(
      String id, Model model, Faces faces, Optional<BoxSource> boxes, Measurement.Progress progress)
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
      return new Measured(
          model.getManifest(),
          report.build(),
          results,
          subsets.errors(),
          FaceScoring.lengthOf(normaliser),
          certainty);
    }
  }

  /** Has all faces answered; how many were not before. */
  private int ask(
      String version,
      Faces faces,
      FaceScoring scoring,
      AnswerLog answers,
      Measurement.Progress progress)
      throws InterruptedException {
    try (Measurement measurement =
        new Measurement(
            inference,
            version,
            scoring,
            answers,
            faces.summary().faces(),
            faces.cancellation(),
            progress)) {
      faces.source().forEach(measurement::take);
      return measurement.finish();
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

  private static String boxes(dev.facealign.v1.BoxSource source) {
    return switch (source) {
      case BOX_SOURCE_DETECTOR -> "boxes of the detector";
      case BOX_SOURCE_GIVEN -> "boxes of the annotation";
      case BOX_SOURCE_JITTERED -> "jittered boxes of the true landmarks";
      default -> "boxes of the true landmarks";
    };
  }

  private void publish(Measured measured) {
    Evaluation report = measured.report();
    ModelManifest manifest = measured.manifest();
    String title =
        manifest.getName()
            + " "
            + manifest
                .getVersion()
                .substring(0, Math.min(SHORT_VERSION, manifest.getVersion().length()));
    String subtitle =
        "%s, %s, %s%s"
            .formatted(
                report.getDataset().getDataset().getName(),
                report.getDataset().getDataset().getSplit(),
                boxes(report.getBoxSource()),
                report.getPartial() ? ", partial: published numbers do not compare" : "");
    publication.publish(report, measured.faces().file(), plots(title, subtitle, measured));
    log.info(
        "evaluation published id={} version={} dataset={} split={} faces={} invalid={} nme={} faces_per_second={}",
        report.getEvaluationId(),
        report.getModelVersion(),
        report.getDataset().getDataset().getName(),
        report.getDataset().getDataset().getSplit(),
        report.getSubsets(0).getFaces(),
        report.getSubsets(0).getInvalid(),
        report.getSubsets(0).getNme(),
        report.getFacesPerSecond());
  }

  private static Map<String, String> plots(String title, String subtitle, Measured measured) {
    String length = measured.length();
    Map<String, String> plots = new LinkedHashMap<>();
    plots.put("ced.svg", CedPlot.svg(title, subtitle, length, measured.curves()));
    measured
        .certainty()
        .ifPresent(
            told -> {
              plots.put("calibration.svg", CertaintyPlots.calibration(title, subtitle, told));
              plots.put(
                  "error-rejection.svg", CertaintyPlots.rejection(title, subtitle, length, told));
            });
    return plots;
  }

  private static void require(boolean any, DatasetSummary dataset, String reason, String what) {
    if (!any) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          reason,
          "dataset "
              + dataset.name()
              + ": none of the "
              + dataset.faces()
              + " faces of "
              + dataset.split()
              + " "
              + what);
    }
  }

  private static void requireScheme(ModelManifest manifest, DatasetSummary dataset) {
    LandmarkScheme scheme =
        SchemeContract.scheme(manifest.getLandmarkScheme(), manifest.getScheme());
    if (!scheme.equals(dataset.scheme())) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "SCHEME_MISMATCH",
          "model "
              + manifest.getName()
              + ": scheme "
              + manifest.getScheme()
              + " (expected: "
              + dataset.scheme().id()
              + ", as the dataset "
              + dataset.name()
              + " has)");
    }
  }
}
