package dev.facealign.trainer.worker;

import com.google.protobuf.util.Timestamps;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.v1.AttemptReleased;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.AttemptWaiting;
import dev.facealign.v1.CheckpointFailed;
import dev.facealign.v1.CheckpointWritten;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.FailureKind;
import dev.facealign.v1.JobCancelled;
import dev.facealign.v1.JobDeadLettered;
import dev.facealign.v1.JobFailed;
import dev.facealign.v1.JobSucceeded;
import dev.facealign.v1.TrainingBegan;
import dev.facealign.v1.TrainingEvent;
import java.time.Clock;
import java.time.Duration;

/**
 * Words the events of one attempt at a job.
 *
 * @param jobId the job
 * @param attempt the attempt, from 1; 0 where none was begun
 * @param worker the worker that speaks
 * @param clock tells the events' times
 */
record AttemptLog(String jobId, int attempt, String worker, Clock clock) {

  TrainingEvent started(AttemptStarted started) {
    return event().setStarted(started).build();
  }

  TrainingEvent trainingBegan(TrainingBegan began) {
    return event().setTrainingBegan(began).build();
  }

  TrainingEvent epoch(EpochCompleted epoch) {
    return event().setEpoch(epoch).build();
  }

  TrainingEvent checkpoint(int epoch, int step, String artifact, long sizeBytes) {
    return event()
        .setCheckpoint(
            CheckpointWritten.newBuilder()
                .setEpoch(epoch)
                .setStep(step)
                .setArtifact(artifact)
                .setSizeBytes(sizeBytes))
        .build();
  }

  TrainingEvent checkpointFailed(int epoch, String reason) {
    return event()
        .setCheckpointFailed(CheckpointFailed.newBuilder().setEpoch(epoch).setReason(reason))
        .build();
  }

  TrainingEvent waiting(String reason, Duration pause) {
    return event()
        .setWaiting(
            AttemptWaiting.newBuilder().setReason(reason).setRetrySeconds(pause.toMillis() / 1e3))
        .build();
  }

  /** Through no fault of the job's. */
  TrainingEvent released(String reason) {
    return event().setReleased(AttemptReleased.newBuilder().setReason(reason)).build();
  }

  TrainingEvent broke(String reason) {
    return event()
        .setReleased(
            AttemptReleased.newBuilder()
                .setReason(reason)
                .setKind(FailureKind.FAILURE_KIND_INTERNAL))
        .build();
  }

  /** The job was sent once more and is taken from there. */
  TrainingEvent moved(String reason, RecordPlace place) {
    return event()
        .setReleased(AttemptReleased.newBuilder().setReason(reason).setMovedTo(place.contract()))
        .build();
  }

  TrainingEvent succeeded(String modelVersion, double validationNme) {
    return event()
        .setSucceeded(
            JobSucceeded.newBuilder().setModelVersion(modelVersion).setValidationNme(validationNme))
        .build();
  }

  TrainingEvent failed(FailureKind kind, String message) {
    return event().setFailed(JobFailed.newBuilder().setKind(kind).setMessage(message)).build();
  }

  TrainingEvent cancelled(String reason) {
    return event().setCancelled(JobCancelled.newBuilder().setReason(reason)).build();
  }

  TrainingEvent deadLettered(FailureKind kind, String reason) {
    return event()
        .setDeadLettered(JobDeadLettered.newBuilder().setReason(reason).setKind(kind))
        .build();
  }

  private TrainingEvent.Builder event() {
    return TrainingEvent.newBuilder()
        .setJobId(jobId)
        .setAttempt(attempt)
        .setWorker(worker)
        .setAt(Timestamps.fromMillis(clock.millis()));
  }
}
