package dev.facealign.trainer.job;

import dev.facealign.v1.TrainingEvent;

/**
 * Where a job stands. A job's state is the fold of its events in log order, starting at {@link
 * Queued}:
 *
 * <pre>
 *              started(n)                 released(n)
 *   QUEUED ───────────────► RUNNING(n) ───────────────► QUEUED
 *      │                      │  ▲ │ started(m > n)
 *      │                      │  └─┘
 *      │                      ├── succeeded ──────────► SUCCEEDED
 *      │                      ├── failed ─────────────► FAILED
 *      ├── cancelled ─────────┴── cancelled ──────────► CANCELLED
 *      └── dead_lettered ──────── dead_lettered ──────► DEAD_LETTERED
 * </pre>
 *
 * INVARIANT: a terminal state never changes: the first terminal event of a job counts, whoever sent
 * it. INVARIANT: attempts only grow: a start counts where its number is above all before it, so
 * that of two workers with one number the first on the log has the job; a release counts only from
 * the attempt that holds it.
 */
public sealed interface JobState {

  /**
   * Waiting for a worker.
   *
   * @param attempts attempts that had it before
   */
  record Queued(int attempts) implements JobState {}

  /**
   * A worker has it.
   *
   * @param attempt the attempt, from 1
   * @param worker the worker that makes it
   */
  record Running(int attempt, String worker) implements JobState {}

  /** States that end a job. */
  sealed interface Terminal extends JobState {}

  /**
   * The model is published.
   *
   * @param modelVersion version of the model
   */
  record Succeeded(String modelVersion) implements Terminal {}

  /**
   * It cannot succeed.
   *
   * @param reason for people
   */
  record Failed(String reason) implements Terminal {}

  /**
   * Stopped by request.
   *
   * @param reason the request's
   */
  record Cancelled(String reason) implements Terminal {}

  /**
   * Refused, or tried too often.
   *
   * @param reason for people
   */
  record DeadLettered(String reason) implements Terminal {}

  /** The state after an event. */
  default JobState after(TrainingEvent event) {
    if (this instanceof Terminal) {
      return this;
    }
    return switch (event.getEventCase()) {
      case STARTED ->
          event.getAttempt() > attempts()
              ? new Running(event.getAttempt(), event.getWorker())
              : this;
      case RELEASED -> isHeldBy(event) || isMoved(event) ? new Queued(attempts()) : this;
      case SUCCEEDED -> new Succeeded(event.getSucceeded().getModelVersion());
      case FAILED -> new Failed(event.getFailed().getMessage());
      case CANCELLED -> new Cancelled(event.getCancelled().getReason());
      case DEAD_LETTERED -> new DeadLettered(event.getDeadLettered().getReason());
      case QUEUED,
          TRAINING_BEGAN,
          EPOCH,
          CHECKPOINT,
          CHECKPOINT_FAILED,
          WAITING,
          CANCEL_REQUESTED,
          EVENT_NOT_SET ->
          this;
    };
  }

  /** Whether the attempt that an event speaks for holds the job. */
  default boolean isHeldBy(TrainingEvent event) {
    return isHeldBy(event.getAttempt(), event.getWorker());
  }

  /** Whether an attempt holds the job. */
  default boolean isHeldBy(int attempt, String worker) {
    return this instanceof Running running
        && running.attempt() == attempt
        && running.worker().equals(worker);
  }

  /** Whoever sends a vanished worker's job once more speaks for its attempt. */
  private boolean isMoved(TrainingEvent event) {
    return this instanceof Running running
        && running.attempt() == event.getAttempt()
        && event.getReleased().hasMovedTo();
  }

  private int attempts() {
    if (this instanceof Queued queued) {
      return queued.attempts();
    }
    return this instanceof Running running ? running.attempt() : Integer.MAX_VALUE;
  }
}
