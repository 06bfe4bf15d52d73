package dev.facealign.trainer.queue;

/**
 * A job that this worker holds. It is kept alive until one of {@link #finish} and {@link #release}
 * is called, or until it is lost. Ending it again does nothing.
 */
public interface JobDelivery {

  /** What was sent. */
  JobMessage message();

  /**
   * True once the queue has refused to keep the job for its holder, who must stop. False is no
   * proof: a broker that was away may have given the job to somebody else, which the event log
   * tells.
   */
  boolean lost();

  /**
   * Ends the delivery: the job is done with and comes to nobody again. Returns false where the
   * queue did not agree.
   */
  boolean finish();

  /** Ends the delivery: the job goes to the next taker. */
  void release();
}
