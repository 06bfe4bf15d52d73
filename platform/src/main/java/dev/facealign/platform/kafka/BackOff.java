package dev.facealign.platform.kafka;

import java.time.Duration;

/** Growing pauses between attempts: doubled from the first to the longest. Not thread-safe. */
final class BackOff {

  private final Duration first;
  private final Duration longest;
  private Duration next;

  BackOff(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** The next pause. */
  Duration next() {
    Duration pause = next;
    Duration doubled = pause.multipliedBy(2);
    next = doubled.compareTo(longest) < 0 ? doubled : longest;
    return pause;
  }

  /** Begins anew, after a success. */
  void reset() {
    next = first;
  }
}
