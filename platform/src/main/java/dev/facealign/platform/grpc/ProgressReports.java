package dev.facealign.platform.grpc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Progress on a stream, about twice a second: a caller that reads slowly misses some, and work
 * never waits for it. Thread-safe.
 *
 * @param <T> the stream's message
 */
public final class ProgressReports<T> {

  private static final Duration PERIOD = Duration.ofMillis(500);

  private final ServerStream<T> stream;
  private final AtomicLong due = new AtomicLong(System.nanoTime());

  public ProgressReports(ServerStream<T> stream) {
    this.stream = stream;
  }

  /**
   * Sends how far it is, if it is time to; the first is always sent.
   *
   * @param message made only when it is sent
   */
  public void report(Supplier<T> message) {
    long now = System.nanoTime();
    long at = due.get();
    if (now - at >= 0 && due.compareAndSet(at, now + PERIOD.toNanos())) {
      boolean unused = stream.offer(message.get());
    }
  }
}
