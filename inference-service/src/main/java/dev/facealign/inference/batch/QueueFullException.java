package dev.facealign.inference.batch;

import java.time.Duration;

/** There is no room for another task; the caller should come back later. */
public final class QueueFullException extends RuntimeException {
  private final Duration retryAfter;

  /**
   * @param queue which queue
   * @param waiting tasks in it
   * @param capacity tasks it may hold
   * @param wanted tasks that were to be added
   * @param retryAfter when there should be room again
   */
  public QueueFullException(
      String queue, int waiting, int capacity, int wanted, Duration retryAfter) {
    super(
        "%s: %d waiting, %d more wanted (expected: at most %d; try again in %d ms)"
            .formatted(queue, waiting, wanted, capacity, retryAfter.toMillis()));
    this.retryAfter = retryAfter;
  }

  /** When there should be room again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
