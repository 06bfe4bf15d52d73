package dev.facealign.evaluation;

import dev.facealign.crop.BoxSource;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Normaliser;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PromotionDecision;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
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

  ModelEvaluation(
      DatasetCatalog datasets,
      InferenceService inference,
      ChampionContest contest,
      EvaluationPublication publication,
      EvaluationMetrics metrics) {
    this.datasets = datasets;
    this.inference = inference;
    this.contest = contest;
    this.publication = publication;
    this.metrics = metrics;
  }

  /**
   * Runs an evaluation from its beginning to its published report.
   *
   * @throws FaultException as the contract says
   */
  Evaluation run(
      EvaluationSettings settings, Cancellation cancellation, Measurement.Progress progress)
      throws InterruptedException {
    FaceDataset dataset =
        datasets.open(
            Contracts.selection(settings.dataset()), (read, total) -> cancellation.check());
    requirePictures(dataset);
    settings.boxes().ifPresent(boxes -> requireBoxes(dataset, boxes));
    // From here on the run stays on this version, whatever happens to the alias.
    Model model = inference.model(settings.model());
    requireScheme(model.getManifest(), dataset);
    Measured measured = measure(model, dataset, settings.boxes(), cancellation, progress);
    if (settings.promoteIfBetter()) {
      PromotionDecision decision =
          contest.decide(
              measured.report(),
              champion -> {
                requireScheme(champion.getManifest(), dataset);
                Measured opponent =
                    measure(champion, dataset, settings.boxes(), cancellation, (done, total) -> {});
                publish(opponent);
                return opponent.report();
              });
      metrics.decided(decision.getPromoted());
      measured = measured.with(decision);
    }
    publish(measured);
    return measured.report();
  }

  /**
   * What a measurement came to.
   *
   * @param curves errors by subset
   * @param length what they were divided by, in words
   * @param certainty empty where the model gives no expected errors
   */
  private record Measured(
      ModelManifest manifest,
      Evaluation report,
      Map<String, ErrorDistribution> curves,
      String length,
      Optional<Certainty> certainty) {
    Measured with(PromotionDecision decision) {
      return new Measured(
          manifest, report.toBuilder().setPromotion(decision).build(), curves, length, certainty);
    }
  }

  private Measured measure(
      Model model,
      FaceDataset dataset,
      Optional<BoxSource> boxes,
      Cancellation cancellation,
      Measurement.Progress progress)
      throws InterruptedException {
    String version = model.getManifest().getVersion();
    long begin = System.nanoTime();
    List<FaceOutcome> outcomes =
        new Measurement(inference, version, dataset, boxes, cancellation, progress).run();
    double seconds = (System.nanoTime() - begin) / 1e9;
    metrics.measured(outcomes);
    Normaliser normaliser = Normaliser.defaultOf(dataset.scheme());
    Optional<Certainty> certainty = Certainty.of(outcomes);
    Instant now = Instant.now();
    Evaluation.Builder report =
        Evaluation.newBuilder()
            .setEvaluationId(
                ID_TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8))
            .setModelVersion(version)
            .setModelName(model.getManifest().getName())
            .setDataset(Contracts.fingerprint(dataset))
            .setBoxSource(
                boxes
                    .map(Contracts::toProto)
                    .orElse(dev.facealign.v1.BoxSource.BOX_SOURCE_DETECTOR))
            .addAllSubsets(SubsetReports.of(dataset, outcomes))
            .addAllFaces(outcomes.stream().map(FaceOutcome::toResult).toList())
            .setCreatedAt(Contracts.toProto(now))
            .setFacesPerSecond(outcomes.size() / seconds)
            .setPartial(dataset.partial())
            .setScheme(dataset.scheme().id())
            .setTrainedBoxSource(model.getManifest().getJob().getBoxSource())
            .setNormaliser(normaliser(normaliser));
    certainty.ifPresent(told -> report.setCertainty(told.toFigures()));
    boxes.flatMap(Contracts::boxJitter).ifPresent(report::setBoxJitter);
    return new Measured(
        model.getManifest(),
        report.build(),
        SubsetReports.errors(dataset, outcomes),
        FaceScoring.lengthOf(normaliser),
        certainty);
  }

  private static dev.facealign.v1.Normaliser normaliser(Normaliser normaliser) {
    return switch (normaliser) {
      case INTER_OCULAR -> dev.facealign.v1.Normaliser.NORMALISER_INTER_OCULAR;
      case INTER_PUPIL -> dev.facealign.v1.Normaliser.NORMALISER_INTER_PUPIL;
      case BOX_DIAGONAL -> dev.facealign.v1.Normaliser.NORMALISER_BOX_DIAGONAL;
    };
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
    publication.publish(report, plots(title, subtitle, measured));
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

  private static void requireBoxes(FaceDataset dataset, BoxSource boxes) {
    if (boxes instanceof BoxSource.Given) {
      requireAny(
          dataset,
          face -> face.box().isPresent(),
          "BOX_MISSING",
          "has a box in its annotation (expected: boxes, or another box_source)");
    }
  }

  private static void requirePictures(FaceDataset dataset) {
    requireAny(dataset, FaceSample::hasPicture, "NO_PICTURES", "has a picture (expected: some)");
  }

  private static void requireAny(
      FaceDataset dataset, Predicate<FaceSample> has, String reason, String what) {
    if (dataset.faces().stream().noneMatch(has)) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          reason,
          "dataset "
              + dataset.name()
              + ": none of the "
              + dataset.faces().size()
              + " faces of "
              + dataset.split()
              + " "
              + what);
    }
  }

  private static void requireScheme(ModelManifest manifest, FaceDataset dataset) {
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
