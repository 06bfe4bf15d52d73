package dev.facealign.evaluation;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/**
 * Counts what evaluations found; {@link EvaluationQueue} counts the evaluations.
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
