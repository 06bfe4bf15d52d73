package dev.facealign.trainer.worker;

import dev.facealign.v1.TrainingEvent;

/** How an attempt at a job ended. */
sealed interface AttemptEnd {

  /**
   * The job ends with it.
   *
   * @param outcome a word for metrics: succeeded, failed, cancelled
   * @param event the job's terminal event
   */
  record Final(String outcome, TrainingEvent event) implements AttemptEnd {}

  /**
   * The job goes back to the queue.
   *
   * @param reason for people
   */
  record PutBack(String reason) implements AttemptEnd {}
}
