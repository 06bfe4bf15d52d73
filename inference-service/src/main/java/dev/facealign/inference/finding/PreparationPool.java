package dev.facealign.inference.finding;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.batch.QueueFullException;
import dev.facealign.inference.metrics.InferenceMetrics;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that decode, search and crop pictures. Arrivals wait in a bounded queue; work on pictures
 * that were let in before goes ahead of them and is never refused, so that what was begun is ended
 * first.
 */
@Singleton
public final class PreparationPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PreparationPool.class);
  private static final Duration CLOSE = Duration.ofSeconds(10);
  private static final long GUESSED_MS_PER_PICTURE = 10;

  private final int capacity;
  private final long maxBytes;
  private final int threads;
  private final AtomicInteger arrivals = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final LinkedBlockingDeque<Runnable> queue = new LinkedBlockingDeque<>();
  private final ThreadPoolExecutor executor;

  public PreparationPool(PreparationSettings settings, InferenceMetrics metrics) {
    capacity = settings.queueCapacity();
    maxBytes = settings.maxBytesWaiting();
    threads = settings.actualThreads();
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            queue,
            task -> {
              Thread thread = new Thread(task, "preparation-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    // Work is put into the queue past execute(), which starts threads otherwise.
    executor.prestartAllCoreThreads();
    metrics.watchQueue("preparation", this::waiting);
  }

  /**
   * Takes in the first work on a picture.
   *
   * @param bytes memory the picture takes while it waits
   * @throws QueueFullException there is no room
   * @throws FaultException UNAVAILABLE (reason SHUTTING_DOWN)
   */
  void arrive(long bytes, Runnable task) {
    requireOpen();
    int before = arrivals.getAndIncrement();
    if (before >= capacity) {
      arrivals.decrementAndGet();
      throw new QueueFullException("preparation queue", before, capacity, 1, untilRoom());
    }
    long bytesBefore = waitingBytes.getAndAdd(bytes);
    if (bytesBefore > 0 && bytesBefore + bytes > maxBytes) {
      arrivals.decrementAndGet();
      waitingBytes.addAndGet(-bytes);
      throw new QueueFullException(
          "KiB of pictures in the preparation queue",
          (int) (bytesBefore >> 10),
          (int) (maxBytes >> 10),
          (int) (bytes >> 10),
          untilRoom());
    }
    queue.addLast(
        () -> {
          arrivals.decrementAndGet();
          waitingBytes.addAndGet(-bytes);
          guarded(task);
        });
  }

  private Duration untilRoom() {
    return Duration.ofMillis(Math.max(1, arrivals.get() / 2 * GUESSED_MS_PER_PICTURE / threads));
  }

  /** Takes in further work on a picture that arrived before; it goes ahead of arrivals. */
  void goOn(Runnable task) {
    queue.addFirst(() -> guarded(task));
  }

  /** Pictures that wait for their first work. */
  int waiting() {
    return arrivals.get();
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      // Tasks tell their failures themselves; a thread must outlive those that do not.
      log.error("preparing a picture failed", e);
    }
  }

  private void requireOpen() {
    if (executor.isShutdown()) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE, "SHUTTING_DOWN", "the service is shutting down; ask another");
    }
  }

  /** Takes nothing in any more; ends the work that is there. */
  @Override
  @PreDestroy
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
