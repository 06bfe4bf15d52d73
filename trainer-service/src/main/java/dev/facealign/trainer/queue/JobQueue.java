package dev.facealign.trainer.queue;

import java.time.Duration;
import java.util.Optional;

/**
 * A queue of which each job is held by one taker at a time. At-least-once: a job whose taker
 * vanishes is delivered again, so a delivery is a claim on a job, never a proof of being its only
 * taker.
 */
public interface JobQueue extends AutoCloseable {

  /**
   * Takes the next job. The delivery before must have been ended.
   *
   * @param patience how long to wait for one
   * @throws InterruptedException if interrupted while waiting
   */
  Optional<JobDelivery> take(Duration patience) throws InterruptedException;

  /** Gives back what is held and leaves the queue. */
  @Override
  void close();
}
