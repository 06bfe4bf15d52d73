package dev.facealign.trainer.job;

import com.google.protobuf.util.Timestamps;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job and all that is known of it.
 *
 * @param jobId the job
 * @param job its settings, as complete as they are known; null while only events were seen
 * @param state where it stands
 * @param attempts attempts begun
 * @param worker worker of the newest attempt; empty before the first
 * @param cancelReason set once a stop was asked for
 * @param events its events, in log order
 * @param queuedAt when it was first seen
 */
public record JobRecord(
    String jobId,
    @Nullable TrainingJob job,
    JobState state,
    int attempts,
    String worker,
    @Nullable String cancelReason,
    List<TrainingEvent> events,
    Instant queuedAt) {

  public JobRecord {
    events = List.copyOf(events);
  }

  static JobRecord firstSeen(String jobId, @Nullable TrainingJob job, Instant at) {
    return new JobRecord(jobId, job, new JobState.Queued(), 0, "", null, List.of(), at);
  }

  /** This job as it was sent, where no settings were known before. */
  JobRecord sentAs(TrainingJob sent) {
    return job != null
        ? this
        : new JobRecord(jobId, sent, state, attempts, worker, cancelReason, events, queuedAt);
  }

  /** This job after its next event; not for one that has ended. */
  JobRecord after(TrainingEvent event) {
    List<TrainingEvent> seen = new ArrayList<>(events);
    seen.add(event);
    return new JobRecord(
        jobId,
        settingsAfter(event),
        state.after(event),
        event.hasStarted() ? Math.max(attempts, event.getAttempt()) : attempts,
        event.hasStarted() ? event.getWorker() : worker,
        event.hasCancelRequested() ? event.getCancelRequested().getReason() : cancelReason,
        seen,
        queuedAt);
  }

  private @Nullable TrainingJob settingsAfter(TrainingEvent event) {
    return switch (event.getEventCase()) {
      case QUEUED -> event.getQueued().getJob();
      case STARTED -> event.getStarted().getJob();
      default -> job;
    };
  }

  /** This job in the contract's terms. */
  public TrainingJobStatus status() {
    TrainingJobStatus.Builder status =
        TrainingJobStatus.newBuilder()
            .setJob(job == null ? TrainingJob.newBuilder().setJobId(jobId).build() : job)
            .setAttempt(attempts)
            .setWorker(worker)
            .setQueuedAt(Timestamps.fromMillis(queuedAt.toEpochMilli()))
            .setCancelRequested(cancelReason != null);
    EpochCompleted latest = latestEpoch();
    if (latest != null) {
      status.setLatestEpoch(latest);
    }
    if (state instanceof JobState.Terminal) {
      status.setEndedAt(events.get(events.size() - 1).getAt());
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

  private @Nullable EpochCompleted latestEpoch() {
    for (int i = events.size() - 1; i >= 0; i--) {
      if (events.get(i).hasEpoch()) {
        return events.get(i).getEpoch();
      }
    }
    return null;
  }
}
