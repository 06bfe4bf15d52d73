package dev.facealign.platform.grpc;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work behind calls that stream their progress: so many pieces at once, so many in line, the
 * rest refused. A piece whose caller is gone when its turn comes is not begun. Thread-safe.
 *
 * <p>Metrics: timer {@code <metric>}, tag {@code outcome}: ok, refused (the request, what it asks
 * for, or the line was full), cancelled, failed; gauges {@code <metric>.running}, {@code
 * <metric>.waiting}.
 */
public final class WorkLine implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WorkLine.class);
  private static final Duration INTERRUPTED_END = Duration.ofSeconds(5);
  private static final Set<FaultKind> REFUSALS =
      EnumSet.of(
          FaultKind.INVALID_ARGUMENT,
          FaultKind.NOT_FOUND,
          FaultKind.FAILED_PRECONDITION,
          FaultKind.RESOURCE_EXHAUSTED);

  /**
   * One piece of work.
   *
   * @param <T> the stream's message
   */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it; the last message, with the result, is sent for it; null where all were sent. */
    @Nullable T run() throws InterruptedException;
  }

  /**
   * What a line is like.
   *
   * @param what a piece of work in one word, such as "fit": for threads, messages and reasons
   * @param concurrent pieces at once, 1 or more
   * @param waiting pieces in line, 1 or more
   * @param drain how long closing waits for the pieces there are before it interrupts them
   */
  public record Settings(String what, int concurrent, int waiting, Duration drain) {
    public Settings {
      if (concurrent < 1 || waiting < 1) {
        throw new IllegalArgumentException(
            what + "s: " + concurrent + " concurrent, " + waiting + " waiting (expected: >= 1)");
      }
    }
  }

  private final Settings settings;
  private final String metric;
  private final MeterRegistry registry;
  private final ThreadPoolExecutor threads;

  /**
   * An empty line.
   *
   * @param metric the timer's name, such as "facealign.pca.fits"
   */
  public WorkLine(Settings settings, String metric, MeterRegistry registry) {
    this.settings = settings;
    this.metric = metric;
    this.registry = registry;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            settings.concurrent(),
            settings.concurrent(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.waiting()),
            task -> new Thread(task, settings.what() + "-" + number.incrementAndGet()));
    Gauge.builder(metric + ".running", threads, ThreadPoolExecutor::getActiveCount)
        .description("Pieces of work that are being done")
        .register(registry);
    Gauge.builder(metric + ".waiting", threads, pool -> pool.getQueue().size())
        .description("Pieces of work in line")
        .register(registry);
  }

  /**
   * Puts work in line. Its last message, or how it failed, goes to the stream and ends it.
   *
   * @param description what is worked on, for the log: {@code dataset=300w split=train}
   * @throws FaultException RESOURCE_EXHAUSTED (reason {@code FIT_QUEUE_FULL}, for a line of fits)
   */
  public <T> void submit(ServerStream<T> stream, String description, Work<T> work) {
    Piece<T> piece = new Piece<>(stream, description, work);
    try {
      threads.execute(piece);
    } catch (RejectedExecutionException e) {
      record("refused", Duration.ZERO);
      throw threads.isShutdown() ? stopping(e) : full(e);
    }
  }

  private FaultException full(Exception cause) {
    return FaultException.of(
        FaultKind.RESOURCE_EXHAUSTED,
        settings.what().toUpperCase(Locale.ROOT) + "_QUEUE_FULL",
        settings.what()
            + "s waiting: "
            + settings.waiting()
            + " (expected: fewer, try again later)",
        cause);
  }

  private static FaultException stopping(Exception cause) {
    return FaultException.of(FaultKind.UNAVAILABLE, "STOPPING", "the service is stopping", cause);
  }

  /** Work in line, and its turn. */
  private final class Piece<T> implements Runnable {
    private final ServerStream<T> stream;
    private final String description;
    private final Work<T> work;

    Piece(ServerStream<T> stream, String description, Work<T> work) {
      this.stream = stream;
      this.description = description;
      this.work = work;
    }

    @Override
    public void run() {
      long begin = System.nanoTime();
      try {
        if (stream.isCancelled()) {
          throw new CancellationException("the caller is gone");
        }
        @Nullable T last = work.run();
        Duration worked = since(begin);
        if (last == null || stream.send(last)) {
          stream.complete();
        }
        record("ok", worked);
      } catch (RuntimeException e) {
        fail(e, begin);
      } catch (InterruptedException e) {
        fail(stopping(e), begin);
      } catch (Error e) {
        // Out of memory, for one: the caller must not wait for ever.
        fail(new IllegalStateException(e), begin);
        throw e;
      }
    }

    void giveUp() {
      fail(stopping(new CancellationException("not begun")), System.nanoTime());
    }

    private void fail(RuntimeException e, long begin) {
      record(outcome(e), since(begin));
      log.info("{} ended without a result {} error={}", settings.what(), description, e.toString());
      stream.fail(e);
    }
  }

  private static String outcome(RuntimeException cause) {
    if (cause instanceof CancellationException) {
      return "cancelled";
    }
    return cause instanceof FaultException fault && REFUSALS.contains(fault.kind())
        ? "refused"
        : "failed";
  }

  private void record(String outcome, Duration duration) {
    Timer.builder(metric)
        .description("Work behind a call that streams its progress, from its turn to its result")
        .tag("outcome", outcome)
        .register(registry)
        .record(duration);
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Takes no more work; see {@link Settings#drain}. What is still in line is told. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (threads.awaitTermination(settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      for (Runnable unbegun : threads.shutdownNow()) {
        ((Piece<?>) unbegun).giveUp();
      }
      if (!threads.awaitTermination(INTERRUPTED_END.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("{}s have not ended", settings.what());
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
