package dev.facealign.cli.bench;

import java.time.Duration;

/**
 * What one phase puts on the service.
 *
 * @param title what it is called in the report
 * @param kind how requests come
 * @param warmUp before anything is counted, 0 or more
 * @param measured how long is counted, above 0
 * @param mostRequests of the whole phase, above 0
 * @param drain how long answers are waited for after that
 */
record Load(
    String title,
    Kind kind,
    Duration warmUp,
    Duration measured,
    long mostRequests,
    Duration drain) {

  /** How requests come. */
  sealed interface Kind {}

  /**
   * So many callers, each of whom sends its next request when it has the answer to the last: a slow
   * service slows them down.
   *
   * @param callers above 0
   */
  record Closed(int callers) implements Kind {}

  /**
   * Requests come when they come, whatever the service does.
   *
   * @param perSecond above 0
   */
  record Open(double perSecond, Arrivals arrivals) implements Kind {}
}
