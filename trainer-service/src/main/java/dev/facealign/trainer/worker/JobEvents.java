package dev.facealign.trainer.worker;

import dev.facealign.trainer.job.JobLedger;
import dev.facealign.v1.TrainingEvent;
import java.time.Duration;

/** The event log, as far as a worker needs it. */
public interface JobEvents {

  /** What the log says so far. */
  JobLedger ledger();

  /** Waits until the ledger has everything that lay on the log when this was called. */
  void awaitCurrent(Duration patience) throws InterruptedException;

  /** Sends an event some time soon, in order. */
  void send(TrainingEvent event);

  /** Sends an event and waits until the ledger has it. */
  void sendAndWait(TrainingEvent event, Duration patience) throws InterruptedException;
}
