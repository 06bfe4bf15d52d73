package dev.facealign.trainer.api;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.trainer.job.JobLedger;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.worker.JobEvents;
import dev.facealign.v1.TrainingEvent;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * The event log as a call uses it: it waits for a bounded time, and one that is interrupted fails
 * in words.
 */
@Singleton
public final class JobLog {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final JobEvents events;
  private final Clock clock;

  public JobLog(JobEvents events, Clock clock) {
    this.events = events;
    this.clock = clock;
  }

  /**
   * What the log says so far.
   *
   * @throws FaultException UNAVAILABLE: it has not been read once, so that what is missing may be
   *     there
   */
  public JobLedger ledger() {
    if (!events.caughtUp()) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE, "EVENT_LOG_UNREAD", "event log: it is being read since the start");
    }
    return events.ledger();
  }

  /**
   * A job.
   *
   * @throws FaultException NOT_FOUND; UNAVAILABLE
   */
  public JobRecord find(String jobId) {
    Optional<JobRecord> known = ledger().find(jobId);
    if (known.isEmpty()) {
      // Another worker may have told of it a moment ago.
      awaitCurrent();
      known = ledger().find(jobId);
    }
    return known.orElseThrow(
        () -> FaultException.notFound("job", jobId, "a job that was submitted"));
  }

  /**
   * Waits until the ledger has all that lies on the log.
   *
   * @throws FaultException UNAVAILABLE
   */
  void awaitCurrent() {
    try {
      events.awaitCurrent(PATIENCE);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** An event of a job that no attempt speaks for, as of now. */
  TrainingEvent.Builder event(String jobId) {
    return TrainingEvent.newBuilder().setJobId(jobId).setAt(Contracts.toProto(clock.instant()));
  }

  /**
   * Sends an event and waits until the ledger has it.
   *
   * @throws FaultException UNAVAILABLE; it may still get there later
   */
  void send(TrainingEvent.Builder event) {
    try {
      events.sendAndWait(event.build(), PATIENCE);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Sends an event some time soon, before those that are sent later. */
  void sendSoon(TrainingEvent.Builder event) {
    events.send(event.build());
  }

  private static FaultException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return FaultException.of(FaultKind.UNAVAILABLE, "STOPPING", "trainer-service: stopping", cause);
  }
}
