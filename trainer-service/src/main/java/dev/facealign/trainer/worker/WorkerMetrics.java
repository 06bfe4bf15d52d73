package dev.facealign.trainer.worker;

import dev.facealign.trainer.run.EpochFigures;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/**
 * The worker's metrics. None is labelled by job: jobs come without end.
 *
 * <ul>
 *   <li>{@code facealign.trainer.jobs} counter by {@code outcome}: succeeded, failed, cancelled,
 *       dead_lettered
 *   <li>{@code facealign.trainer.busy} 1 while training, else 0
 *   <li>{@code facealign.trainer.epoch}, {@code .loss}, {@code .validation.nme}, {@code
 *       .images.per.second}, {@code .remaining.seconds}: of the newest epoch of the job at hand;
 *       NaN without one
 *   <li>{@code facealign.trainer.epoch.seconds} timer, {@code facealign.trainer.checkpoint.seconds}
 *       timer, {@code facealign.trainer.checkpoint.bytes} summary
 * </ul>
 */
final class WorkerMetrics {
  private static final EpochFigures NONE =
      new EpochFigures(
          0,
          0,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          0,
          Double.NaN,
          Double.NaN,
          0);

  private final MeterRegistry registry;
  private final AtomicReference<EpochFigures> newest = new AtomicReference<>(NONE);
  private final Timer epochs;
  private final Timer checkpoints;

  WorkerMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.epochs = registry.timer("facealign.trainer.epoch.seconds");
    this.checkpoints = registry.timer("facealign.trainer.checkpoint.seconds");
    gauge("facealign.trainer.busy", figures -> figures.epochs() > 0 ? 1 : 0);
    gauge("facealign.trainer.epoch", EpochFigures::epoch);
    gauge("facealign.trainer.loss", EpochFigures::loss);
    gauge("facealign.trainer.validation.nme", EpochFigures::validationNme);
    gauge("facealign.trainer.images.per.second", EpochFigures::imagesPerSecond);
    gauge("facealign.trainer.remaining.seconds", EpochFigures::remainingSeconds);
    for (String outcome : new String[] {"succeeded", "failed", "cancelled", "dead_lettered"}) {
      // Made now, so that a rate over them has a zero to begin with.
      registry.counter("facealign.trainer.jobs", "outcome", outcome);
    }
  }

  private void gauge(String name, ToDoubleFunction<EpochFigures> value) {
    registry.gauge(name, newest, reference -> value.applyAsDouble(reference.get()));
  }

  void epoch(EpochFigures figures) {
    newest.set(figures);
    epochs.record(Duration.ofMillis((long) (1000 * figures.epochSeconds())));
  }

  void checkpoint(Duration took, long sizeBytes) {
    checkpoints.record(took);
    registry.summary("facealign.trainer.checkpoint.bytes").record((double) sizeBytes);
  }

  void idle() {
    newest.set(NONE);
  }

  void ended(String outcome) {
    registry.counter("facealign.trainer.jobs", "outcome", outcome).increment();
  }
}
