package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.BackOff;
import dev.facealign.trainer.job.AttemptRecord;
import dev.facealign.trainer.job.JobLedger;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.run.Checkpoint;
import dev.facealign.trainer.run.EpochFigures;
import dev.facealign.trainer.run.EpochSamples;
import dev.facealign.trainer.run.RunObserver;
import dev.facealign.trainer.run.RunOutcome;
import dev.facealign.trainer.run.StartedRun;
import dev.facealign.trainer.run.TrainedModel;
import dev.facealign.trainer.run.TrainingPlan;
import dev.facealign.trainer.run.TrainingRun;
import dev.facealign.trainer.worker.WorkerMetrics.Phase;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.FailureKind;
import dev.facealign.v1.TrainingBegan;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up what a job needs, trains, and publishes the model; the queue and its rules are the
 * worker's.
 */
final class AttemptRunner {
  private static final Logger log = LoggerFactory.getLogger(AttemptRunner.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final Duration EVENT_PATIENCE = Duration.ofSeconds(30);
  private static final Duration STOP_LOOK = Duration.ofMillis(100);

  private final JobInputs inputs;
  private final CheckpointArchive checkpoints;
  private final ContinuedJobs continued;
  private final ModelPublisher models;
  private final TrainingRun training;
  private final WorkerMetrics metrics;
  private final SampleWriter samples;
  private final int sampleFaces;
  private final Duration handOver;

  /**
   * @param sampleFaces faces held out whose predictions are kept after every epoch; at least 0
   * @param handOver how long an attempt waits for the checkpoint of the one before, which may be
   *     alive
   */
  AttemptRunner(
      JobInputs inputs,
      CheckpointArchive checkpoints,
      ContinuedJobs continued,
      ModelPublisher models,
      TrainingRun training,
      WorkerMetrics metrics,
      SampleWriter samples,
      int sampleFaces,
      Duration handOver) {
    this.inputs = inputs;
    this.checkpoints = checkpoints;
    this.continued = continued;
    this.models = models;
    this.training = training;
    this.metrics = metrics;
    this.samples = samples;
    this.sampleFaces = sampleFaces;
    this.handOver = handOver;
  }

  /**
   * Sees an attempt that holds its job to its end. What is away (the artifact store, Kafka, a
   * dataset's disk) is waited for with growing pauses.
   */
  AttemptEnd run(TrainingSettings settings, Attempt attempt) throws InterruptedException {
    BackOff pauses = new BackOff(FIRST_PAUSE, LONGEST_PAUSE);
    while (true) {
      AttemptEnd end = once(settings, attempt);
      if (end instanceof AttemptEnd.Failed) {
        end = unlessOvertaken(end, attempt);
      }
      if (!(end instanceof AttemptEnd.Unavailable away)) {
        return end;
      }
      if (!awaitRetry(attempt, away.reason(), pauses)) {
        return stopped(attempt);
      }
    }
  }

  /** Who was frozen and has been overtaken must not end a job that another has, or has ended. */
  private static AttemptEnd unlessOvertaken(AttemptEnd end, Attempt attempt)
      throws InterruptedException {
    try {
      attempt.events().awaitCurrent(EVENT_PATIENCE);
    } catch (FaultException e) {
      return new AttemptEnd.Unavailable(String.valueOf(e.getMessage()));
    }
    return attempt.isOutdated() ? new AttemptEnd.Outdated() : end;
  }

  /** Deletes the checkpoints of a job whose model is published. */
  void forget(String jobId) {
    try {
      checkpoints.deleteAll(jobId);
    } catch (FaultException e) {
      log.warn("checkpoints left behind job={} reason={}", jobId, e.getMessage());
    }
  }

  private AttemptEnd once(TrainingSettings asked, Attempt attempt) throws InterruptedException {
    TrainingPlan plan;
    long began = System.nanoTime();
    try {
      plan = inputs.plan(asked);
      metrics.phase(Phase.PREPARE, System.nanoTime() - began);
    } catch (FaultException e) {
      return isTransient(e)
          ? new AttemptEnd.Unavailable(String.valueOf(e.getMessage()))
          : new AttemptEnd.Failed(FailureKind.FAILURE_KIND_REFUSED, String.valueOf(e.getMessage()));
    }
    try {
      awaitHandOver(attempt);
      @Nullable Checkpoint resumeFrom =
          checkpoints.newest(asked.jobId()).or(() -> continued.beginning(plan)).orElse(null);
      RunOutcome outcome =
          training.run(
              plan, resumeFrom, new Reporter(plan.settings(), attempt), attempt::stopRequested);
      if (outcome instanceof RunOutcome.Completed completed) {
        return publish(plan, completed.model(), attempt);
      }
      if (outcome instanceof RunOutcome.Diverged diverged) {
        return new AttemptEnd.Failed(
            FailureKind.FAILURE_KIND_DIVERGED,
            "epoch " + diverged.epoch() + ": " + diverged.reason());
      }
      return stopped(attempt);
    } catch (FaultException e) {
      return isTransient(e)
          ? new AttemptEnd.Unavailable(String.valueOf(e.getMessage()))
          : new AttemptEnd.Failed(
              e.reason().equals(ContinuedJobs.MISFIT)
                  ? FailureKind.FAILURE_KIND_REFUSED
                  : FailureKind.FAILURE_KIND_DATA,
              String.valueOf(e.getMessage()));
    } catch (RuntimeException | OutOfMemoryError e) {
      log.error("attempt broke job={} attempt={}", asked.jobId(), attempt.words().attempt(), e);
      return new AttemptEnd.Broke("an error of the trainer: " + e);
    } finally {
      metrics.idle();
    }
  }

  /** A model that was trained is not thrown away because the store is away: it is tried again. */
  private AttemptEnd publish(TrainingPlan plan, TrainedModel model, Attempt attempt)
      throws InterruptedException {
    BackOff pauses = new BackOff(FIRST_PAUSE, LONGEST_PAUSE);
    while (true) {
      try {
        long began = System.nanoTime();
        // Who was stopped for a while may have been overtaken without having heard of it.
        attempt.events().awaitCurrent(EVENT_PATIENCE);
        if (attempt.isOutdated()) {
          return new AttemptEnd.Outdated();
        }
        String version = models.publish(plan, model);
        metrics.phase(Phase.PUBLISH, System.nanoTime() - began);
        return new AttemptEnd.Succeeded(version, model.validationNme());
      } catch (FaultException e) {
        if (!isTransient(e)) {
          throw e;
        }
        if (!awaitRetry(attempt, String.valueOf(e.getMessage()), pauses)) {
          return stopped(attempt);
        }
      }
    }
  }

  private static boolean isTransient(FaultException e) {
    return e.kind() == FaultKind.UNAVAILABLE || e.kind() == FaultKind.RESOURCE_EXHAUSTED;
  }

  /** False where the attempt is to stop. */
  private boolean awaitRetry(Attempt attempt, String reason, BackOff pauses)
      throws InterruptedException {
    Duration pause = pauses.next();
    log.warn(
        "attempt waits job={} pause_ms={} reason={}",
        attempt.words().jobId(),
        pause.toMillis(),
        reason);
    attempt.events().send(attempt.words().waiting(reason, pause));
    metrics.waited();
    long until = System.nanoTime() + pause.toNanos();
    while (System.nanoTime() < until) {
      if (attempt.stopRequested()) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(STOP_LOOK.toMillis());
    }
    return !attempt.stopRequested();
  }

  /**
   * The attempt before may be alive, as after a restart of the broker, which forgets who holds
   * what. It sees that it is overtaken and keeps a checkpoint, which is worth a short wait.
   */
  private void awaitHandOver(Attempt attempt) throws InterruptedException {
    String jobId = attempt.words().jobId();
    int before = attempt.words().attempt() - 1;
    JobLedger ledger = attempt.events().ledger();
    boolean silent =
        ledger.get(jobId).attempts().stream()
            .filter(other -> other.number() == before)
            .anyMatch(other -> other.end() instanceof AttemptRecord.Silent);
    if (!silent) {
      return;
    }
    CountDownLatch ended = new CountDownLatch(1);
    // Told of what came so far, too.
    JobLedger.Watch watch =
        ledger.watch(
            jobId,
            (after, event) -> {
              if (event.hasReleased() && event.getAttempt() == before) {
                ended.countDown();
              }
            });
    try {
      boolean came = ended.await(handOver.toMillis(), TimeUnit.MILLISECONDS);
      log.info("attempt before is {} job={}", came ? "over" : "silent", jobId);
    } finally {
      watch.close();
    }
  }

  private static AttemptEnd stopped(Attempt attempt) {
    Optional<JobRecord> record = attempt.events().ledger().find(attempt.words().jobId());
    String cancelReason = attempt.cancelReason();
    if (cancelReason != null && attempt.holdsJob()) {
      return new AttemptEnd.Cancelled(cancelReason);
    }
    if (attempt.isOutdated() || record.isEmpty()) {
      return new AttemptEnd.Outdated();
    }
    return new AttemptEnd.PutBack("worker is shutting down");
  }

  /** Passes a run's progress on to the event log, the artifact store and the metrics. */
  private final class Reporter implements RunObserver {
    private final TrainingSettings settings;
    private final Attempt attempt;
    private final SampleWriter.Run sampled;
    private final long began = System.nanoTime();

    Reporter(TrainingSettings settings, Attempt attempt) {
      this.settings = settings;
      this.attempt = attempt;
      this.sampled = samples.of(settings.jobId());
    }

    @Override
    public int sampleFaces() {
      return sampleFaces;
    }

    @Override
    public void started(StartedRun run) {
      metrics.phase(Phase.LOAD, System.nanoTime() - began);
      attempt
          .events()
          .send(
              attempt
                  .words()
                  .trainingBegan(
                      TrainingBegan.newBuilder()
                          .setJob(TrainingJobContract.job(settings))
                          .setResumedEpoch(run.resumedEpoch())
                          .setResumedStep(run.resumedStep())
                          .setTrainingFaces(run.trainingFaces())
                          .setValidationFaces(run.validationFaces())
                          .build()));
    }

    @Override
    public void epochCompleted(EpochFigures figures, EpochSamples seen) {
      metrics.epoch(figures);
      String artifact = sampled.keep(figures, seen);
      attempt
          .events()
          .send(attempt.words().epoch(contract(figures).toBuilder().setSamples(artifact).build()));
    }

    /** Training goes on where a checkpoint cannot be kept: the one before stands. */
    @Override
    public void checkpoint(Checkpoint checkpoint) {
      AttemptLog words = attempt.words();
      try {
        CheckpointArchive.Kept kept = checkpoints.keep(settings, words.attempt(), checkpoint);
        attempt
            .events()
            .send(
                words.checkpoint(
                    checkpoint.epoch(), checkpoint.step(), kept.artifact(), kept.sizeBytes()));
      } catch (FaultException e) {
        String reason = String.valueOf(e.getMessage());
        log.warn(
            "checkpoint not kept job={} epoch={} reason={}",
            settings.jobId(),
            checkpoint.epoch(),
            reason);
        metrics.checkpointFailed();
        attempt.events().send(words.checkpointFailed(checkpoint.epoch(), reason));
      }
    }
  }

  private static EpochCompleted contract(EpochFigures figures) {
    return EpochCompleted.newBuilder()
        .setEpoch(figures.epoch())
        .setEpochs(figures.epochs())
        .setLoss(figures.loss())
        .setValidationNme(figures.validationNme())
        .setImagesPerSecond(figures.imagesPerSecond())
        .setRemainingSeconds(figures.remainingSeconds())
        .setLearningRate(figures.learningRate())
        .setSmoothFaceComponents(figures.smoothFaceComponents())
        .setBestValidationNme(figures.bestValidationNme())
        .setEpochSeconds(figures.epochSeconds())
        .setInputSizePx(figures.inputSizePx())
        .build();
  }
}
