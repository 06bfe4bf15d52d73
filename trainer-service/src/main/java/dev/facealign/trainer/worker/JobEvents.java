package dev.facealign.trainer.worker;

import dev.facealign.trainer.job.JobLedger;
import dev.facealign.v1.TrainingEvent;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The event log, as far as a worker needs it. */
public interface JobEvents {

  /** Whether the whole log was read once. */
  boolean caughtUp();

  /** What the log says so far. */
  JobLedger ledger();

  /**
   * Waits until the ledger has everything that lay on the log when this was called.
   *
   * @throws dev.facealign.fault.FaultException UNAVAILABLE where it has not in time
   */
  void awaitCurrent(Duration patience) throws InterruptedException;

  /** Sends an event some time soon, in order; dropped where thousands wait for Kafka already. */
  void send(TrainingEvent event);

  /**
   * Sends an event and waits until the ledger has it.
   *
   * @throws dev.facealign.fault.FaultException UNAVAILABLE where it has not in time; the event may
   *     still get there later
   */
  void sendAndWait(TrainingEvent event, Duration patience) throws InterruptedException;

  /**
   * Sends an event and waits until the ledger has it, however long Kafka is away.
   *
   * @param giveUp asked now and then
   * @return false where it gave up; the event may still get there later
   */
  boolean sendInTheEnd(TrainingEvent event, BooleanSupplier giveUp) throws InterruptedException;
}
