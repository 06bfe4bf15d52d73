package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.run.Checkpoint;
import dev.facealign.trainer.run.EpochFigures;
import dev.facealign.trainer.run.RunObserver;
import dev.facealign.trainer.run.RunOutcome;
import dev.facealign.trainer.run.StartedRun;
import dev.facealign.trainer.run.TrainingPlan;
import dev.facealign.trainer.run.TrainingRun;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.FailureKind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up what a job needs, trains, and publishes the result; the queue and its rules are the
 * worker's.
 */
final class AttemptRunner {
  private static final Logger log = LoggerFactory.getLogger(AttemptRunner.class);

  private final CheckpointArchive checkpoints;
  private final ModelPublisher models;
  private final TrainingRun training;
  private final WorkerMetrics metrics;

  AttemptRunner(
      CheckpointArchive checkpoints,
      ModelPublisher models,
      TrainingRun training,
      WorkerMetrics metrics) {
    this.checkpoints = checkpoints;
    this.models = models;
    this.training = training;
    this.metrics = metrics;
  }

  /** Trains from the newest checkpoint of the job, or from the beginning. */
  AttemptEnd run(TrainingPlan plan, Attempt attempt) {
    TrainingSettings settings = plan.settings();
    AttemptLog words = attempt.words();
    try {
      @Nullable Checkpoint resumeFrom = checkpoints.newest(settings).orElse(null);
      RunOutcome outcome =
          training.run(plan, resumeFrom, new Reporter(settings, attempt), attempt::stopRequested);
      if (outcome instanceof RunOutcome.Completed completed) {
        if (attempt.isOutdated()) {
          return new AttemptEnd.PutBack("another attempt has the job");
        }
        String version = models.publish(plan, completed.model());
        checkpoints.deleteAll(settings.jobId());
        return new AttemptEnd.Final(
            "succeeded", words.succeeded(version, completed.model().validationNme()));
      }
      if (outcome instanceof RunOutcome.Diverged diverged) {
        return new AttemptEnd.Final(
            "failed",
            words.failed(
                FailureKind.FAILURE_KIND_DIVERGED,
                "epoch " + diverged.epoch() + ": " + diverged.reason()));
      }
      return stopped(attempt);
    } catch (FaultException e) {
      if (e.kind() == FaultKind.UNAVAILABLE) {
        return new AttemptEnd.PutBack(e.getMessage());
      }
      return new AttemptEnd.Final(
          "failed", words.failed(FailureKind.FAILURE_KIND_DATA, e.getMessage()));
    } catch (RuntimeException e) {
      log.error("attempt broke job={} attempt={}", settings.jobId(), words.attempt(), e);
      return new AttemptEnd.Final(
          "failed",
          words.failed(FailureKind.FAILURE_KIND_INTERNAL, "an error of the trainer; see its log"));
    } finally {
      metrics.idle();
    }
  }

  private static AttemptEnd stopped(Attempt attempt) {
    if (attempt.isOutdated()) {
      return new AttemptEnd.PutBack("another attempt has the job");
    }
    String cancelReason = attempt.cancelReason();
    if (cancelReason != null) {
      return new AttemptEnd.Final("cancelled", attempt.words().cancelled(cancelReason));
    }
    return new AttemptEnd.PutBack("worker is shutting down");
  }

  /** Passes a run's progress on to the event log, the artifact store and the metrics. */
  private final class Reporter implements RunObserver {
    private final TrainingSettings settings;
    private final Attempt attempt;

    Reporter(TrainingSettings settings, Attempt attempt) {
      this.settings = settings;
      this.attempt = attempt;
    }

    @Override
    public void started(StartedRun run) {
      attempt
          .events()
          .send(
              attempt
                  .words()
                  .started(
                      AttemptStarted.newBuilder()
                          .setJob(TrainingJobContract.job(settings))
                          .setResumedEpoch(run.resumedEpoch())
                          .setTrainingFaces(run.trainingFaces())
                          .setValidationFaces(run.validationFaces())
                          .setDevice(run.device())
                          .build()));
    }

    @Override
    public void epochCompleted(EpochFigures figures) {
      metrics.epoch(figures);
      attempt.events().send(attempt.words().epoch(contract(figures)));
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {
      CheckpointArchive.Kept kept =
          checkpoints.keep(settings, attempt.words().attempt(), checkpoint);
      attempt
          .events()
          .send(attempt.words().checkpoint(checkpoint.epoch(), kept.artifact(), kept.sizeBytes()));
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
