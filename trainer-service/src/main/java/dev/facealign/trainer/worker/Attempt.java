package dev.facealign.trainer.worker;

import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.queue.JobDelivery;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One attempt at a job, and the reasons there may be to stop it. */
final class Attempt {
  private final AttemptLog words;
  private final JobDelivery delivery;
  private final JobEvents events;
  private final BooleanSupplier workerStops;

  Attempt(AttemptLog words, JobDelivery delivery, JobEvents events, BooleanSupplier workerStops) {
    this.words = words;
    this.delivery = delivery;
    this.events = events;
    this.workerStops = workerStops;
  }

  AttemptLog words() {
    return words;
  }

  JobEvents events() {
    return events;
  }

  /** Whether training must stop at the next step. */
  boolean stopRequested() {
    return workerStops.getAsBoolean() || isOutdated() || cancelReason() != null;
  }

  /**
   * Whether somebody else has the job now. The queue alone cannot tell (a stale acknowledgement may
   * succeed), so the event log decides: the newest started attempt holds the job.
   */
  boolean isOutdated() {
    if (delivery.lost()) {
      return true;
    }
    JobState state = record() == null ? new JobState.Queued() : record().state();
    if (state instanceof JobState.Running running) {
      boolean mine =
          running.attempt() == words.attempt() && running.worker().equals(words.worker());
      boolean earlier = running.attempt() < words.attempt();
      return !mine && !earlier;
    }
    return state instanceof JobState.Terminal;
  }

  /** Why a stop was asked for, or null. */
  @Nullable String cancelReason() {
    JobRecord record = record();
    return record == null ? null : record.cancelReason();
  }

  private @Nullable JobRecord record() {
    return events.ledger().find(words.jobId()).orElse(null);
  }
}
