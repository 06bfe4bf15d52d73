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

  /** Whether it must stop at the next step. */
  boolean stopRequested() {
    return workerStops.getAsBoolean() || isOutdated() || cancelReason() != null;
  }

  /** Whether the worker stops, which is no fault of the job's. */
  boolean workerStops() {
    return workerStops.getAsBoolean();
  }

  /**
   * Whether this attempt has lost its job. The queue alone cannot tell (a stale acknowledgement may
   * succeed), so the event log decides: the newest started attempt has the job.
   */
  boolean isOutdated() {
    return delivery.lost() || !holdsJob();
  }

  /** Whether the event log, as far as it was read, says that this attempt has the job. */
  boolean holdsJob() {
    JobRecord record = record();
    JobState state = record == null ? new JobState.Queued(0) : record.state();
    return state.isHeldBy(words.attempt(), words.worker());
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
