package dev.facealign.trainer.queue;

/**
 * A job that this worker holds. It is kept alive until one of {@link #finish} and {@link #release}
 * is called, or until it is lost. Ending it again does nothing.
 */
public interface JobDelivery {

  /** What was sent. */
  JobMessage message();

  /** True once the queue has given the job to somebody else, or may have; the holder must stop. */
  boolean lost();

  /**
   * Ends the delivery: the job is done with and comes to nobody again. Returns false where the
   * queue did not agree.
   */
  boolean finish();

  /** Ends the delivery: the job goes to the next taker. */
  void release();
}
