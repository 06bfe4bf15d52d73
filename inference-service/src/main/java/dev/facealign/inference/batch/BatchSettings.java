package dev.facealign.inference.batch;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How faces are brought together.
 *
 * @param maxSize faces of one run at most, 1 to 256
 * @param maxWait how long a face may wait for others to share its run with, 0 to 1 s; 0: a free
 *     thread takes what is there at once
 * @param maxRun how long a run may be expected to take, 1 ms to 10 s: it is given no more faces
 *     than that. On processors more gain nothing, and all of them wait for the last
 * @param runs runs at the same time, 0 to 256; 0: as many as the machine has processors for, by the
 *     threads that each is spread over
 * @param queueCapacity faces that may wait for a run, from maxSize to 100000. A face takes 0.6 MB
 *     while it waits (at 224 x 224), and the last in the queue waits for all before it.
 */
@ConfigurationProperties("facealign.inference.batch")
public record BatchSettings(
    @Bindable(defaultValue = "8") int maxSize,
    @Bindable(defaultValue = "0s") Duration maxWait,
    @Bindable(defaultValue = "20ms") Duration maxRun,
    @Bindable(defaultValue = "0") int runs,
    @Bindable(defaultValue = "256") int queueCapacity) {
  private static final String PREFIX = "facealign.inference.batch.";
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
  private static final Duration SHORTEST_RUN = Duration.ofMillis(1);
  private static final Duration LONGEST_RUN = Duration.ofSeconds(10);

  public BatchSettings {
    if (maxSize < 1 || maxSize > 256) {
      throw FaultException.invalid(PREFIX + "max-size", maxSize, "1 to 256");
    }
    if (maxWait.isNegative() || maxWait.compareTo(LONGEST_WAIT) > 0) {
      throw FaultException.invalid(PREFIX + "max-wait", maxWait, "0 to 1 s");
    }
    if (maxRun.compareTo(SHORTEST_RUN) < 0 || maxRun.compareTo(LONGEST_RUN) > 0) {
      throw FaultException.invalid(PREFIX + "max-run", maxRun, "1 ms to 10 s");
    }
    if (runs < 0 || runs > 256) {
      throw FaultException.invalid(PREFIX + "runs", runs, "0 to 256");
    }
    if (queueCapacity < maxSize || queueCapacity > 100_000) {
      throw FaultException.invalid(
          PREFIX + "queue-capacity", queueCapacity, "from max-size (" + maxSize + ") to 100000");
    }
  }

  /**
   * Runs at the same time, never 0.
   *
   * @param threadsOfARun what each is spread over
   */
  int actualRuns(int threadsOfARun) {
    return runs > 0
        ? runs
        : Math.max(1, Runtime.getRuntime().availableProcessors() / threadsOfARun);
  }
}
