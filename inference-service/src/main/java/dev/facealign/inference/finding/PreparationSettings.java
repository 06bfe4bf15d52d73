package dev.facealign.inference.finding;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * How pictures are decoded, searched and cropped.
 *
 * @param threads pictures in work at the same time, 0 to 256; 0: as many as the machine has
 *     processors
 * @param queueCapacity pictures that may wait for a thread, 1 to 100000
 * @param maxBytesWaiting encoded bytes of all pictures that wait for a thread, at least 1. A single
 *     picture is always let in
 * @param maxPixelsInFlight pixels of all decoded pictures that wait for their landmarks, at least
 *     1000000; a pixel takes 3 bytes. A single picture is always let in
 */
@ConfigurationProperties("facealign.inference.preparation")
public record PreparationSettings(
    @Bindable(defaultValue = "0") int threads,
    @Bindable(defaultValue = "256") int queueCapacity,
    @Bindable(defaultValue = "268435456") long maxBytesWaiting,
    @Bindable(defaultValue = "200000000") long maxPixelsInFlight) {
  private static final String PREFIX = "facealign.inference.preparation.";

  public PreparationSettings {
    if (threads < 0 || threads > 256) {
      throw FaultException.invalid(PREFIX + "threads", threads, "0 to 256");
    }
    if (queueCapacity < 1 || queueCapacity > 100_000) {
      throw FaultException.invalid(PREFIX + "queue-capacity", queueCapacity, "1 to 100000");
    }
    if (maxBytesWaiting < 1) {
      throw FaultException.invalid(PREFIX + "max-bytes-waiting", maxBytesWaiting, "> 0");
    }
    if (maxPixelsInFlight < 1_000_000) {
      throw FaultException.invalid(
          PREFIX + "max-pixels-in-flight", maxPixelsInFlight, ">= 1000000");
    }
  }

  /** Threads, never 0. */
  int actualThreads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
