package dev.facealign.evaluation;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts evaluations.
 *
 * <ul>
 *   <li>timer {@code facealign.evaluation.runs}, tag {@code outcome}: ok, refused (the request, its
 *       dataset or model), cancelled, failed
 *   <li>gauge {@code facealign.evaluation.running}
 *   <li>counter {@code facealign.evaluation.faces}, tag {@code outcome}: valid, failed, excluded
 *   <li>counter {@code facealign.evaluation.promotions}, tag {@code promoted}: true, false
 * </ul>
 */
@Singleton
final class EvaluationMetrics {

  private final MeterRegistry registry;
  private final AtomicInteger running = new AtomicInteger();

  EvaluationMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("facealign.evaluation.running", running, AtomicInteger::get)
        .description("Evaluations that are being measured")
        .register(registry);
  }

  void started() {
    running.incrementAndGet();
  }

  void succeeded(Duration duration) {
    record("ok", duration);
    running.decrementAndGet();
  }

  void failed(Throwable cause, Duration duration) {
    record(outcome(cause), duration);
    running.decrementAndGet();
  }

  /** A request that was never begun. */
  void refused() {
    record("refused", Duration.ZERO);
  }

  void measured(List<FaceOutcome> outcomes) {
    for (FaceOutcome outcome : outcomes) {
      String word =
          outcome instanceof FaceOutcome.Valid
              ? "valid"
              : outcome instanceof FaceOutcome.Failed ? "failed" : "excluded";
      registry.counter("facealign.evaluation.faces", "outcome", word).increment();
    }
  }

  void decided(boolean promoted) {
    registry
        .counter("facealign.evaluation.promotions", "promoted", Boolean.toString(promoted))
        .increment();
  }

  private static String outcome(Throwable cause) {
    if (cause instanceof CancellationException) {
      return "cancelled";
    }
    boolean refused =
        cause instanceof FaultException fault
            && (fault.kind() == FaultKind.INVALID_ARGUMENT
                || fault.kind() == FaultKind.NOT_FOUND
                || fault.kind() == FaultKind.FAILED_PRECONDITION);
    return refused ? "refused" : "failed";
  }

  private void record(String outcome, Duration duration) {
    Timer.builder("facealign.evaluation.runs")
        .description("Measuring a model on a dataset")
        .tag("outcome", outcome)
        .register(registry)
        .record(duration);
  }
}
