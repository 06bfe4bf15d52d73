package dev.facealign.trainer.worker;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import dev.facealign.trainer.job.JobLedger;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.queue.JobMessage;
import dev.facealign.trainer.run.EpochFigures;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/**
 * The worker's metrics. None is labelled by job: jobs come without end.
 *
 * <ul>
 *   <li>{@code facealign.trainer.jobs} counter by {@code outcome}: succeeded, failed, cancelled,
 *       dead_lettered; what this worker ended
 *   <li>{@code facealign.trainer.ledger.jobs} gauge by {@code state}: queued, running, succeeded,
 *       failed, cancelled, dead_lettered; of all workers, so that every worker shows the same
 *   <li>{@code facealign.trainer.queue.wait} timer: from a job's record to its first attempt
 *   <li>{@code facealign.trainer.attempts} counter by {@code kind}: first, again
 *   <li>{@code facealign.trainer.waits} counter: pauses because something was away
 *   <li>{@code facealign.trainer.jobs.lost} counter: jobs that the queue had dropped, sent again
 *   <li>{@code facealign.trainer.phase} timer by {@code phase}: prepare (dataset, shape model),
 *       load (crops), train, validate (an epoch's), checkpoint, publish
 *   <li>{@code facealign.trainer.busy} 1 while it has a job, else 0
 *   <li>{@code facealign.trainer.epoch}, {@code .loss}, {@code .validation.nme}, {@code
 *       .images.per.second}, {@code .remaining.seconds}: of the newest epoch of the job at hand;
 *       NaN without one
 *   <li>{@code facealign.trainer.epoch.seconds} timer, {@code facealign.trainer.checkpoint.seconds}
 *       timer, {@code facealign.trainer.checkpoint.bytes} summary, {@code
 *       facealign.trainer.checkpoint.failures} counter
 *   <li>{@code facealign.trainer.gpu.memory.used}, {@code .max} bytes; only where there is a GPU
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
          Double.NaN,
          0);

  private static final Map<String, Class<? extends JobState>> STATES =
      Map.of(
          "queued", JobState.Queued.class,
          "running", JobState.Running.class,
          "succeeded", JobState.Succeeded.class,
          "failed", JobState.Failed.class,
          "cancelled", JobState.Cancelled.class,
          "dead_lettered", JobState.DeadLettered.class);

  /** What an attempt's time goes into. */
  enum Phase {
    PREPARE,
    LOAD,
    TRAIN,
    VALIDATE,
    CHECKPOINT,
    PUBLISH
  }

  private final MeterRegistry registry;
  private final AtomicReference<EpochFigures> newest = new AtomicReference<>(NONE);
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Timer epochs;
  private final Timer checkpoints;
  private final Timer queueWait;

  WorkerMetrics(MeterRegistry registry, JobLedger ledger) {
    this.registry = registry;
    this.epochs = registry.timer("facealign.trainer.epoch.seconds");
    this.checkpoints = registry.timer("facealign.trainer.checkpoint.seconds");
    this.queueWait = registry.timer("facealign.trainer.queue.wait");
    registry.gauge("facealign.trainer.busy", busy, flag -> flag.get() ? 1 : 0);
    gauge("facealign.trainer.epoch", EpochFigures::epoch);
    gauge("facealign.trainer.loss", EpochFigures::loss);
    gauge("facealign.trainer.validation.nme", EpochFigures::validationNme);
    gauge("facealign.trainer.images.per.second", EpochFigures::imagesPerSecond);
    gauge("facealign.trainer.remaining.seconds", EpochFigures::remainingSeconds);
    STATES.forEach(
        (name, state) ->
            Gauge.builder("facealign.trainer.ledger.jobs", ledger, jobs -> jobs.count(state))
                .tag("state", name)
                .strongReference(true)
                .register(registry));
    for (String outcome : new String[] {"succeeded", "failed", "cancelled", "dead_lettered"}) {
      // Made now, so that a rate over them has a zero to begin with.
      registry.counter("facealign.trainer.jobs", "outcome", outcome);
    }
    for (String kind : new String[] {"first", "again"}) {
      registry.counter("facealign.trainer.attempts", "kind", kind);
    }
    for (String rare :
        new String[] {
          "facealign.trainer.waits",
          "facealign.trainer.jobs.lost",
          "facealign.trainer.checkpoint.failures"
        }) {
      registry.counter(rare);
    }
    for (int i = 0; i < CudaUtils.getGpuCount(); i++) {
      Device gpu = Device.gpu(i);
      Tags tags = Tags.of("gpu", Integer.toString(i));
      registry.gauge(
          "facealign.trainer.gpu.memory.used",
          tags,
          gpu,
          device -> (double) CudaUtils.getGpuMemory(device).getCommitted());
      registry.gauge(
          "facealign.trainer.gpu.memory.max",
          tags,
          gpu,
          device -> (double) CudaUtils.getGpuMemory(device).getMax());
    }
  }

  private void gauge(String name, ToDoubleFunction<EpochFigures> value) {
    registry.gauge(name, newest, reference -> value.applyAsDouble(reference.get()));
  }

  void attemptBegan(JobMessage message, int attempt, Instant now) {
    if (attempt == 1) {
      Duration waited = Duration.between(message.sentAt(), now);
      queueWait.record(waited.isNegative() ? Duration.ZERO : waited);
    }
    registry
        .counter("facealign.trainer.attempts", "kind", attempt == 1 ? "first" : "again")
        .increment();
  }

  void phase(Phase phase, long nanos) {
    registry
        .timer("facealign.trainer.phase", "phase", phase.name().toLowerCase(Locale.ROOT))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  void epoch(EpochFigures figures) {
    newest.set(figures);
    epochs.record(seconds(figures.epochSeconds()));
    phase(Phase.TRAIN, seconds(figures.trainingSeconds()).toNanos());
    phase(Phase.VALIDATE, seconds(figures.epochSeconds() - figures.trainingSeconds()).toNanos());
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (1000 * seconds));
  }

  void checkpoint(Duration took, long sizeBytes) {
    checkpoints.record(took);
    phase(Phase.CHECKPOINT, took.toNanos());
    registry.summary("facealign.trainer.checkpoint.bytes").record((double) sizeBytes);
  }

  void checkpointFailed() {
    registry.counter("facealign.trainer.checkpoint.failures").increment();
  }

  void waited() {
    registry.counter("facealign.trainer.waits").increment();
  }

  void lost() {
    registry.counter("facealign.trainer.jobs.lost").increment();
  }

  void busy(boolean now) {
    busy.set(now);
  }

  void idle() {
    newest.set(NONE);
  }

  void ended(String outcome) {
    registry.counter("facealign.trainer.jobs", "outcome", outcome).increment();
  }
}
