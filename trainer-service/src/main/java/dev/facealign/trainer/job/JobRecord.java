package dev.facealign.trainer.job;

import com.google.protobuf.util.Timestamps;
import dev.facealign.v1.CheckpointWritten;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job and where it stands.
 *
 * @param jobId the job
 * @param job its settings, as complete as they are known; null while only events were seen
 * @param state where it stands
 * @param sentTo the newest record of it on a job topic; null while only events were seen
 * @param place the one record that it is taken from; null before its first attempt
 * @param attempts attempts begun, in order
 * @param cancelReason set once a stop was asked for
 * @param latestEpoch newest epoch of the attempt that holds the job, or of the last that did
 * @param furthest the checkpoint that is furthest on
 * @param waitingFor why the attempt at hand makes no progress; empty while it does
 * @param queuedAt when it was first seen
 * @param endedAt when it ended
 */
public record JobRecord(
    String jobId,
    @Nullable TrainingJob job,
    JobState state,
    @Nullable RecordPlace sentTo,
    @Nullable RecordPlace place,
    List<AttemptRecord> attempts,
    @Nullable String cancelReason,
    @Nullable EpochCompleted latestEpoch,
    @Nullable CheckpointWritten furthest,
    String waitingFor,
    Instant queuedAt,
    @Nullable Instant endedAt) {

  public JobRecord {
    attempts = List.copyOf(attempts);
  }

  static JobRecord firstSeen(
      String jobId, @Nullable TrainingJob job, @Nullable RecordPlace sentTo, Instant at) {
    return new JobRecord(
        jobId,
        job,
        new JobState.Queued(0),
        sentTo,
        null,
        List.of(),
        null,
        null,
        null,
        "",
        at,
        null);
  }

  /** This job after a record of it was seen on a job topic. */
  JobRecord sentAs(@Nullable TrainingJob sent, RecordPlace at) {
    return new JobRecord(
        jobId,
        job == null ? sent : job,
        state,
        // What cannot be trained may have a good job's name.
        sent == null && sentTo != null ? sentTo : at,
        place,
        attempts,
        cancelReason,
        latestEpoch,
        furthest,
        waitingFor,
        queuedAt,
        endedAt);
  }

  /** This job after its next event; one that has ended stays as it is. */
  JobRecord after(TrainingEvent event) {
    if (state instanceof JobState.Terminal) {
      return this;
    }
    JobState next = state.after(event);
    boolean begins = event.hasStarted() && event.getAttempt() > lastAttempt();
    // What an attempt says that has lost the job goes into its own history only.
    boolean holds = next.isHeldBy(event) || state.isHeldBy(event);
    boolean newCheckpoint = event.hasCheckpoint() && isFurther(event.getCheckpoint());
    boolean moves =
        event.hasReleased()
            && event.getReleased().hasMovedTo()
            && event.getAttempt() == lastAttempt();
    return new JobRecord(
        jobId,
        settingsAfter(event, holds),
        next,
        sentTo,
        begins && event.getStarted().hasPlace()
            ? RecordPlace.of(event.getStarted().getPlace())
            : moves ? RecordPlace.of(event.getReleased().getMovedTo()) : place,
        attemptsAfter(event, begins, newCheckpoint),
        event.hasCancelRequested() ? event.getCancelRequested().getReason() : cancelReason,
        holds && event.hasEpoch() ? event.getEpoch() : latestEpoch,
        newCheckpoint ? event.getCheckpoint() : furthest,
        holds ? (event.hasWaiting() ? event.getWaiting().getReason() : "") : waitingFor,
        queuedAt,
        next instanceof JobState.Terminal
            ? Instant.ofEpochMilli(Timestamps.toMillis(event.getAt()))
            : null);
  }

  private @Nullable TrainingJob settingsAfter(TrainingEvent event, boolean holds) {
    return switch (event.getEventCase()) {
      case QUEUED -> event.getQueued().getJob();
      case STARTED -> holds && job == null ? event.getStarted().getJob() : job;
      case TRAINING_BEGAN -> holds ? event.getTrainingBegan().getJob() : job;
      default -> job;
    };
  }

  private List<AttemptRecord> attemptsAfter(
      TrainingEvent event, boolean begins, boolean newCheckpoint) {
    List<AttemptRecord> after = new ArrayList<>(attempts);
    if (begins) {
      after.add(AttemptRecord.started(event));
    } else {
      after.replaceAll(
          attempt ->
              attempt.number() == event.getAttempt() && attempt.worker().equals(event.getWorker())
                  ? attempt.after(event, newCheckpoint)
                  : attempt);
    }
    return after;
  }

  private boolean isFurther(CheckpointWritten checkpoint) {
    return furthest == null
        || checkpoint.getEpoch() > furthest.getEpoch()
        || (checkpoint.getEpoch() == furthest.getEpoch()
            && checkpoint.getStep() > furthest.getStep());
  }

  /** Where it is to be found in the queue; null where that is not known. */
  public @Nullable RecordPlace queuePlace() {
    return place == null ? sentTo : place;
  }

  boolean isIn(String topic) {
    RecordPlace at = queuePlace();
    return at != null && at.topic().equals(topic);
  }

  /** Number of the newest attempt; 0 before the first. */
  public int lastAttempt() {
    return attempts.isEmpty() ? 0 : attempts.get(attempts.size() - 1).number();
  }

  /** The newest attempt. */
  public Optional<AttemptRecord> newestAttempt() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.get(attempts.size() - 1));
  }

  /** Attempts in a row, the newest among them, that broke or fell silent without a checkpoint. */
  public int attemptsInVain() {
    int count = 0;
    for (int i = attempts.size() - 1; i >= 0 && attempts.get(i).isInVain(); i--) {
      count++;
    }
    return count;
  }

  /** This job in the contract's terms. */
  public TrainingJobStatus status() {
    TrainingJobStatus.Builder status =
        TrainingJobStatus.newBuilder()
            .setJob(job == null ? TrainingJob.newBuilder().setJobId(jobId).build() : job)
            .setAttempt(lastAttempt())
            .setQueuedAt(Timestamps.fromMillis(queuedAt.toEpochMilli()))
            .setCancelRequested(cancelReason != null)
            .setWaitingFor(waitingFor);
    newestAttempt()
        .ifPresent(
            attempt ->
                status
                    .setWorker(attempt.worker())
                    .setStartedAt(Timestamps.fromMillis(attempt.startedAt().toEpochMilli())));
    if (latestEpoch != null) {
      status.setLatestEpoch(latestEpoch);
    }
    if (endedAt != null) {
      status.setEndedAt(Timestamps.fromMillis(endedAt.toEpochMilli()));
    }
    if (state instanceof JobState.Queued) {
      status.setState(dev.facealign.v1.JobState.JOB_STATE_QUEUED);
    } else if (state instanceof JobState.Running) {
      status.setState(dev.facealign.v1.JobState.JOB_STATE_RUNNING);
    } else if (state instanceof JobState.Succeeded succeeded) {
      status
          .setState(dev.facealign.v1.JobState.JOB_STATE_SUCCEEDED)
          .setModelVersion(succeeded.modelVersion());
    } else if (state instanceof JobState.Failed failed) {
      status.setState(dev.facealign.v1.JobState.JOB_STATE_FAILED).setReason(failed.reason());
    } else if (state instanceof JobState.Cancelled cancelled) {
      status.setState(dev.facealign.v1.JobState.JOB_STATE_CANCELLED).setReason(cancelled.reason());
    } else if (state instanceof JobState.DeadLettered dead) {
      status.setState(dev.facealign.v1.JobState.JOB_STATE_DEAD_LETTERED).setReason(dead.reason());
    }
    return status.build();
  }
}
