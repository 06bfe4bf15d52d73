package dev.facealign.evaluation.api;

import dev.facealign.dataset.DatasetCatalog;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.evaluation.contest.ChampionContest;
import dev.facealign.evaluation.inference.InferenceClient;
import dev.facealign.evaluation.measure.FaceScore;
import dev.facealign.evaluation.measure.Prediction;
import dev.facealign.evaluation.measure.Scores;
import dev.facealign.evaluation.report.CedPlot;
import dev.facealign.evaluation.report.EvaluationArchive;
import dev.facealign.evaluation.report.ReportWriter;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PromotionDecision;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries an evaluation out: predicts, measures, decides about the champion, keeps the report. */
@Singleton
final class EvaluationSession {
  private static final Logger log = LoggerFactory.getLogger(EvaluationSession.class);
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final DatasetCatalog datasets;
  private final InferenceClient inference;
  private final EvaluationArchive archive;
  private final Clock clock;

  EvaluationSession(
      DatasetCatalog datasets, InferenceClient inference, EvaluationArchive archive, Clock clock) {
    this.datasets = datasets;
    this.inference = inference;
    this.archive = archive;
    this.clock = clock;
  }

  /**
   * A request that was looked up: the model is pinned to its version, so that a promotion meanwhile
   * changes nothing.
   *
   * @param model what is measured
   * @param dataset on what
   * @param boxes where the network looks
   * @param promote whether it may become champion
   */
  record Plan(ModelManifest model, FaceDataset dataset, BoxSource boxes, boolean promote) {}

  Plan plan(EvaluateRequest request) {
    BoxSource boxes = BoxSource.forNumber(request.getBoxSourceValue());
    if (boxes == null) {
      throw Contracts.unknownEnum("box_source", request.getBoxSourceValue(), BoxSource.values());
    }
    if (boxes == BoxSource.BOX_SOURCE_UNSPECIFIED) {
      boxes = BoxSource.BOX_SOURCE_GROUND_TRUTH;
    }
    DatasetRef reference = Contracts.dataset(request.getDataset(), "test");
    FaceDataset dataset =
        datasets.open(reference.getName(), reference.getSplit(), reference.getScheme());
    Model model = inference.model(request.getModel().isEmpty() ? "champion" : request.getModel());
    if (!model.getManifest().getScheme().equals(dataset.scheme().id())) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "SCHEME_MISMATCH",
          "model.scheme: "
              + model.getManifest().getScheme()
              + " (expected: "
              + dataset.scheme().id()
              + ", as the dataset has)");
    }
    return new Plan(model.getManifest(), dataset, boxes, request.getPromoteIfBetter());
  }

  /** Carries a plan out; the report is kept when this returns. */
  Evaluation run(Plan plan, IntConsumer progress) throws InterruptedException {
    Evaluation report = measure(plan, plan.model(), progress);
    if (plan.promote()) {
      report = report.toBuilder().setPromotion(contest(plan, report)).build();
    }
    keep(plan, report);
    return report;
  }

  private Evaluation measure(Plan plan, ModelManifest model, IntConsumer progress)
      throws InterruptedException {
    FaceDataset dataset = plan.dataset();
    long begin = System.nanoTime();
    List<Prediction> predictions =
        inference.predict(dataset, model.getVersion(), plan.boxes(), progress);
    double seconds = (System.nanoTime() - begin) / 1e9;
    List<FaceScore> faces = new ArrayList<>();
    for (int i = 0; i < predictions.size(); i++) {
      var face = dataset.faces().get(i);
      faces.add(FaceScore.of(face.id(), dataset.scheme(), face.landmarks(), predictions.get(i)));
    }
    Instant now = clock.instant();
    return ReportWriter.report(
        "eval-" + ID_TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8),
        model.getVersion(),
        dataset,
        plan.boxes(),
        new Scores(dataset.split(), faces),
        seconds,
        now);
  }

  private void keep(Plan plan, Evaluation report) {
    ErrorDistribution errors = errors(report);
    String title = plan.dataset().name() + " " + plan.dataset().split();
    archive.keep(
        report,
        CedPlot.svg(
            title, List.of(new CedPlot.Curve(report.getModelVersion().substring(0, 8), errors))));
    log.info(
        "evaluation kept id={} model={} faces={} nme={}",
        report.getEvaluationId(),
        report.getModelVersion(),
        report.getFacesCount(),
        report.getSubsets(0).getNmeInterOcular());
  }

  private static ErrorDistribution errors(Evaluation report) {
    return ErrorDistribution.of(
        report.getFacesList().stream()
            .mapToDouble(face -> face.hasNme() ? face.getNme() : Double.NaN)
            .toArray());
  }

  private PromotionDecision contest(Plan plan, Evaluation challenger) throws InterruptedException {
    Optional<Model> current = inference.champion();
    if (current.isEmpty()) {
      return promote(
          challenger, "", PromotionDecision.newBuilder().setReason("there was no champion"));
    }
    ModelManifest champion = current.get().getManifest();
    PromotionDecision.Builder decision =
        PromotionDecision.newBuilder().setChampionBefore(champion.getVersion());
    if (champion.getVersion().equals(challenger.getModelVersion())) {
      return decision.setReason("it is the champion already").build();
    }
    if (!champion.getScheme().equals(challenger.getScheme())) {
      return decision
          .setReason(
              "the champion has scheme "
                  + champion.getScheme()
                  + " (expected: "
                  + challenger.getScheme()
                  + ")")
          .build();
    }
    ChampionContest.Verdict verdict = ChampionContest.decide(challenger, champions(plan, champion));
    if (Double.isFinite(verdict.championNme())) {
      decision.setChampionNme(verdict.championNme());
    }
    decision.setReason(verdict.reason());
    return verdict.challengerWins()
        ? promote(challenger, champion.getVersion(), decision)
        : decision.build();
  }

  private PromotionDecision promote(
      Evaluation challenger, String expectedCurrent, PromotionDecision.Builder decision) {
    try {
      inference.promote(
          challenger.getModelVersion(),
          expectedCurrent,
          "evaluation " + challenger.getEvaluationId() + ": " + decision.getReason());
      return decision.setPromoted(true).build();
    } catch (FaultException e) {
      if (e.kind() != FaultKind.CONFLICT) {
        throw e;
      }
      return decision
          .setReason(decision.getReason() + "; but the champion changed meanwhile")
          .build();
    }
  }

  /** The champion's report on the same faces: one that is kept, or a new one. */
  private Evaluation champions(Plan plan, ModelManifest champion) throws InterruptedException {
    String faces = plan.dataset().fingerprint();
    Optional<Evaluation> kept =
        archive.summaries().stream()
            .filter(
                report ->
                    report.getModelVersion().equals(champion.getVersion())
                        && report.getBoxSource() == plan.boxes()
                        && report.getDataset().getSha256().equals(faces))
            .findFirst();
    if (kept.isPresent()) {
      return archive.whole(kept.get().getEvaluationId());
    }
    Evaluation measured = measure(plan, champion, done -> {});
    keep(plan, measured);
    return measured;
  }
}
