package dev.facealign.cli.standalone;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How often a child that dies is started again: the first time at once, then with delays that
 * double, until it died too often within a window.
 *
 * @param mostRestarts restarts allowed within the window, at least 1
 * @param window how long a restart counts
 * @param firstDelay before the second restart within the window
 * @param longestDelay no delay is longer
 */
record RestartPolicy(
    int mostRestarts, Duration window, Duration firstDelay, Duration longestDelay) {
  /** At most 5 restarts in 5 minutes, after 0, 1, 2, 4 and 8 seconds. */
  static final RestartPolicy USUAL =
      new RestartPolicy(5, Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofSeconds(8));

  /** Restarts that still count. */
  List<Instant> recent(List<Instant> restarts, Instant now) {
    return restarts.stream().filter(at -> at.isAfter(now.minus(window))).toList();
  }

  /**
   * How long to wait before the next restart.
   *
   * @param recent earlier restarts within the window
   * @return empty when it died too often
   */
  Optional<Duration> delay(List<Instant> recent) {
    int before = recent.size();
    if (before >= mostRestarts) {
      return Optional.empty();
    }
    if (before == 0) {
      return Optional.of(Duration.ZERO);
    }
    Duration doubled = firstDelay.multipliedBy(1L << Math.min(30, before - 1));
    return Optional.of(doubled.compareTo(longestDelay) > 0 ? longestDelay : doubled);
  }
}
