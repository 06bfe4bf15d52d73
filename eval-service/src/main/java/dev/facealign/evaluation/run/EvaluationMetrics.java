package dev.facealign.evaluation.run;

import dev.facealign.evaluation.scoring.FaceOutcome;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/**
 * Counts what evaluations found; evaluations themselves are counted where they wait in line.
 *
 * <ul>
 *   <li>counter {@code facealign.evaluation.faces}, tag {@code outcome}: valid, failed, excluded
 *   <li>counter {@code facealign.evaluation.promotions}, tag {@code promoted}: true, false
 * </ul>
 */
@Singleton
final class EvaluationMetrics {

  private final MeterRegistry registry;

  EvaluationMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void measured(FaceOutcome outcome) {
    String word =
        outcome instanceof FaceOutcome.Valid
            ? "valid"
            : outcome instanceof FaceOutcome.Failed ? "failed" : "excluded";
    registry.counter("facealign.evaluation.faces", "outcome", word).increment();
  }

  void decided(boolean promoted) {
    registry
        .counter("facealign.evaluation.promotions", "promoted", Boolean.toString(promoted))
        .increment();
  }
}
