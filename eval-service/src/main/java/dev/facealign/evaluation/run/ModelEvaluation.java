package dev.facealign.evaluation.run;

import dev.facealign.crop.BoxSource;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.evaluation.comparison.ChampionContest;
import dev.facealign.evaluation.inference.Cancellation;
import dev.facealign.evaluation.inference.InferenceService;
import dev.facealign.evaluation.library.EvaluationPublication;
import dev.facealign.evaluation.library.ReportLibrary;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PromotionDecision;
import dev.facealign.v1.UnfinishedEvaluation;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures a model, decides about the champion, publishes the report. */
@Singleton
public final class ModelEvaluation {

  private static final Logger log = LoggerFactory.getLogger(ModelEvaluation.class);
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final DatasetCatalog datasets;
  private final InferenceService inference;
  private final ModelMeasurement measurement;
  private final ChampionContest contest;
  private final EvaluationPublication publication;
  private final EvaluationMetrics metrics;
  private final UnfinishedRuns runs;
  private final ReportLibrary library;

  ModelEvaluation(
      DatasetCatalog datasets,
      InferenceService inference,
      ModelMeasurement measurement,
      ChampionContest contest,
      EvaluationPublication publication,
      EvaluationMetrics metrics,
      UnfinishedRuns runs,
      ReportLibrary library) {
    this.datasets = datasets;
    this.inference = inference;
    this.measurement = measurement;
    this.contest = contest;
    this.publication = publication;
    this.metrics = metrics;
    this.runs = runs;
    this.library = library;
  }

  /** Hears of an evaluation's faces, on any thread. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * More are done.
     *
     * @param done so far
     * @param total of the dataset
     */
    void faces(String evaluationId, int done, int total);
  }

  /**
   * Runs an evaluation from its beginning to its published report.
   *
   * @throws FaultException as the contract says
   */
  public Evaluation begin(EvaluationSettings settings, Cancellation cancellation, Watcher watcher)
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
      return run(settings, new RunFaces(faces, run, cancellation), model, watcher);
    }
  }

  /**
   * Goes on with an evaluation that ended early.
   *
   * @return its report; the one there is, where it has ended meanwhile
   * @throws FaultException NOT_FOUND; FAILED_PRECONDITION (DATASET_CHANGED); else as the contract
   *     says
   */
  public Evaluation goOn(String id, Cancellation cancellation, Watcher watcher)
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
      return run(settings, new RunFaces(faces, run, cancellation), model, watcher);
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

  private Evaluation run(EvaluationSettings settings, RunFaces faces, Model model, Watcher watcher)
      throws InterruptedException {
    String id = faces.run().id();
    MeasuredModel measured =
        measurement.measure(
            id, model, faces, settings.boxes(), (done, total) -> watcher.faces(id, done, total));
    if (settings.promoteIfBetter()) {
      PromotionDecision decision =
          contest.decide(
              measured.scored(),
              champion -> {
                requireScheme(champion.getManifest(), faces.summary());
                MeasuredModel opponent =
                    measurement.measure(
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

  private void publish(MeasuredModel measured) {
    Evaluation report = measured.report();
    publication.publish(report, measured.faces().file(), measured.plots());
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
