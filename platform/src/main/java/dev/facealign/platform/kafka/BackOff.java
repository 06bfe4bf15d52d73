package dev.facealign.platform.kafka;

import java.time.Duration;

/** Growing pauses between attempts: doubled from the first to the longest. Not thread-safe. */
public final class BackOff {

  private final Duration first;
  private final Duration longest;
  private Duration next;

  /**
   * @param first the first pause
   * @param longest which no pause exceeds
   */
  public BackOff(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** The next pause. */
  public Duration next() {
    Duration pause = next;
    Duration doubled = pause.multipliedBy(2);
    next = doubled.compareTo(longest) < 0 ? doubled : longest;
    return pause;
  }

  /** Begins anew, after a success. */
  public void reset() {
    next = first;
  }
}
