package dev.facealign.evaluation.comparison;

import dev.facealign.evaluation.inference.InferenceService;
import dev.facealign.evaluation.library.ReportLibrary;
import dev.facealign.evaluation.library.ScoredReport;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Model;
import dev.facealign.v1.PromotionDecision;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a measured model becomes champion: where there is no champion, or where its NME
 * is lower than the champion's over the faces that both have an error for, with the probability
 * that {@link PromotionSettings} ask for, and it has no more invalid faces. The champion's own
 * report on the same faces is used again where there is one.
 */
@Singleton
public final class ChampionContest {

  private static final Logger log = LoggerFactory.getLogger(ChampionContest.class);

  /** The champion may change while it is being measured. */
  private static final int ROUNDS = 3;

  /** Measures and reports the champion on the same faces. */
  @FunctionalInterface
  public interface Opponent {
    ScoredReport measure(Model champion) throws InterruptedException;
  }

  private final InferenceService inference;
  private final ReportLibrary library;
  private final PromotionSettings settings;

  ChampionContest(InferenceService inference, ReportLibrary library, PromotionSettings settings) {
    this.inference = inference;
    this.library = library;
    this.settings = settings;
  }

  /**
   * Decides, and promotes. A promotion that the inference service refuses is told in the decision:
   * the measurement is worth having all the same.
   */
  public PromotionDecision decide(ScoredReport candidate, Opponent opponent)
      throws InterruptedException {
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        Optional<PromotionDecision> decision = round(candidate, opponent);
        if (decision.isPresent()) {
          log.info(
              "champion decided version={} promoted={} reason={}",
              candidate.report().getModelVersion(),
              decision.get().getPromoted(),
              decision.get().getReason());
          return decision.get();
        }
      }
      return stays("the champion changed " + ROUNDS + " times while this model was compared");
    } catch (FaultException e) {
      log.warn(
          "champion not decided version={} error={}",
          candidate.report().getModelVersion(),
          e.getMessage());
      return stays("no decision: " + e.getMessage());
    }
  }

  /** Empty where the champion changed meanwhile. */
  private Optional<PromotionDecision> round(ScoredReport scored, Opponent opponent)
      throws InterruptedException {
    Evaluation candidate = scored.report();
    DatasetRef measured = candidate.getDataset().getDataset();
    if (!settings.decidedBy(measured.getName(), measured.getSplit())) {
      return Optional.of(
          stays(
              "measured on %s (expected: %s, the benchmark of promotions)"
                  .formatted(faces(candidate), settings.benchmark())));
    }
    String version = candidate.getModelVersion();
    double nme = candidate.getSubsets(0).getNme();
    if (Double.isNaN(nme)) {
      return Optional.of(stays("not one face has an error that can be computed"));
    }
    Optional<Model> champion = inference.champion();
    if (champion.isEmpty()) {
      String reason = "first champion, NME " + percent(nme) + " on " + faces(candidate);
      return promoted(version, "", reason, PromotionDecision.newBuilder());
    }
    String before = champion.get().getManifest().getVersion();
    PromotionDecision.Builder decision = PromotionDecision.newBuilder().setChampionBefore(before);
    if (before.equals(version)) {
      return Optional.of(
          decision.setChampionNme(nme).setReason("it is the champion already").build());
    }
    Optional<ScoredReport> reported = report(candidate, before);
    ScoredReport other = reported.isPresent() ? reported.get() : opponent.measure(champion.get());
    ReportPair common = ReportPair.of(scored.errors(), other.errors());
    if (common.faces() == 0) {
      return Optional.of(decision.setReason("no face is valid for both models").build());
    }
    decision
        .setChampionNme(common.secondMean())
        .setDifference(common.toDifference())
        .setRequiredProbability(settings.probability());
    String figures =
        "NME "
            + percent(common.firstMean())
            + " against the champion's "
            + percent(common.secondMean())
            + " over "
            + common.faces()
            + " faces of "
            + faces(candidate);
    int invalid = candidate.getSubsets(0).getInvalid();
    int othersInvalid = other.report().getSubsets(0).getInvalid();
    if (!(common.firstMean() < common.secondMean())) {
      return Optional.of(decision.setReason("not better: " + figures).build());
    }
    double probability = common.comparison().probabilityFirstBetter();
    String sure = String.format(Locale.ROOT, ", better with probability %.3f", probability);
    if (probability < settings.probability()) {
      return Optional.of(
          decision
              .setReason(
                  "not surely better: %s%s (expected: at least %s)"
                      .formatted(figures, sure, settings.probability()))
              .build());
    }
    if (invalid > othersInvalid) {
      return Optional.of(
          decision
              .setReason(
                  figures
                      + ", but "
                      + invalid
                      + " invalid faces against the champion's "
                      + othersInvalid)
              .build());
    }
    return promoted(version, before, "better: " + figures + sure, decision);
  }

  private Optional<PromotionDecision> promoted(
      String version, String expectedCurrent, String reason, PromotionDecision.Builder decision) {
    try {
      inference.promote(version, expectedCurrent, reason);
    } catch (FaultException e) {
      if (e.kind() == FaultKind.CONFLICT) {
        log.info("champion changed meanwhile, comparing again error={}", e.getMessage());
        return Optional.empty();
      }
      return Optional.of(
          decision.setReason(reason + "; but promotion was refused: " + e.getMessage()).build());
    }
    return Optional.of(decision.setPromoted(true).setReason(reason).build());
  }

  /** The version's newest report on the same faces with the same boxes. */
  private Optional<ScoredReport> report(Evaluation candidate, String version) {
    for (Evaluation report : library.list("")) {
      if (report.getModelVersion().equals(version)
          && report.getBoxSource() == candidate.getBoxSource()
          && report.getBoxJitter().equals(candidate.getBoxJitter())
          // A scheme's id and its faces may stay while its eye corners come or go.
          && report.getNormaliser() == candidate.getNormaliser()
          && report.getDataset().equals(candidate.getDataset())) {
        try {
          ScoredReport whole = library.scored(report.getEvaluationId());
          log.info("champion's report used again id={}", report.getEvaluationId());
          return Optional.of(whole);
        } catch (FaultException e) {
          log.warn(
              "champion's report cannot be used id={} error={}",
              report.getEvaluationId(),
              e.getMessage());
        }
      }
    }
    return Optional.empty();
  }

  private static PromotionDecision stays(String reason) {
    return PromotionDecision.newBuilder().setReason(reason).build();
  }

  private static String faces(Evaluation report) {
    return report.getDataset().getDataset().getName()
        + " "
        + report.getDataset().getDataset().getSplit();
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.3f %%", 100 * fraction);
  }
}
