package dev.facealign.trainer.job;

import dev.facealign.v1.TrainingEvent;

/**
 * Where a job stands. A job's state is the fold of its events in log order, starting at {@link
 * Queued}:
 *
 * <pre>
 *              started(n)                 released(n)
 *   QUEUED ───────────────► RUNNING(n) ───────────────► QUEUED
 *      │                      │  ▲ │ started(m)
 *      │                      │  └─┘
 *      │                      ├── succeeded(n) ───────► SUCCEEDED
 *      │                      ├── failed(n) ──────────► FAILED
 *      ├── cancelled ─────────┴── cancelled ──────────► CANCELLED
 *      └── dead_lettered ─────────dead_lettered ──────► DEAD_LETTERED
 * </pre>
 *
 * INVARIANT: a terminal state never changes: the first terminal event of a job counts, whoever sent
 * it. INVARIANT: the last started attempt holds the job; release by an earlier attempt changes
 * nothing.
 */
public sealed interface JobState {

  /** Waiting for a worker. */
  record Queued() implements JobState {}

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
      case STARTED -> new Running(event.getAttempt(), event.getWorker());
      case RELEASED -> isHeldBy(event) ? new Queued() : this;
      case SUCCEEDED -> new Succeeded(event.getSucceeded().getModelVersion());
      case FAILED -> new Failed(event.getFailed().getMessage());
      case CANCELLED -> new Cancelled(event.getCancelled().getReason());
      case DEAD_LETTERED -> new DeadLettered(event.getDeadLettered().getReason());
      case QUEUED, EPOCH, CHECKPOINT, CANCEL_REQUESTED, EVENT_NOT_SET -> this;
    };
  }

  private boolean isHeldBy(TrainingEvent event) {
    return this instanceof Running running
        && running.attempt() == event.getAttempt()
        && running.worker().equals(event.getWorker());
  }
}
