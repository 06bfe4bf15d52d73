package dev.facealign.trainer.worker;

import dev.facealign.v1.FailureKind;

/** How an attempt at a job ended. */
sealed interface AttemptEnd {

  /** The job ends with it: its model is published. */
  record Succeeded(String modelVersion, double validationNme) implements AttemptEnd {}

  /** The job ends with it, as was asked for. */
  record Cancelled(String reason) implements AttemptEnd {}

  /**
   * The job ends with it: another attempt would end so too.
   *
   * @param reason for people
   */
  record Failed(FailureKind kind, String reason) implements AttemptEnd {}

  /** The job goes back to the queue, through no fault of its own: the worker stops. */
  record PutBack(String reason) implements AttemptEnd {}

  /** The job goes back to the queue, and it counts against it: something in the worker broke. */
  record Broke(String reason) implements AttemptEnd {}

  /** Another attempt has the job, or it has ended: nothing is to be done. */
  record Outdated() implements AttemptEnd {}

  /** What it needs is away; to be tried again. */
  record Unavailable(String reason) implements AttemptEnd {}
}
