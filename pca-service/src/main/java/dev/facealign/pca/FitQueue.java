package dev.facealign.pca;

import dev.facealign.dataset.ReadProgress;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.ShapeModelSummary;
import io.micronaut.context.annotation.Property;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs fits one after the other on a few threads: {@code facealign.pca.fits.concurrent} at once
 * (default 2), {@code facealign.pca.fits.waiting} in line (default 16), the rest are refused.
 */
@Singleton
final class FitQueue implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FitQueue.class);
  private static final int PROGRESS_EVERY_FACES = 100;
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final ShapeModelFit fit;
  private final ShapeModelPublication publication;
  private final FitMetrics metrics;
  private final int waiting;
  private final ThreadPoolExecutor threads;

  FitQueue(
      ShapeModelFit fit,
      ShapeModelPublication publication,
      FitMetrics metrics,
      @Property(name = "facealign.pca.fits.concurrent", defaultValue = "2") int concurrent,
      @Property(name = "facealign.pca.fits.waiting", defaultValue = "16") int waiting) {
    this.fit = fit;
    this.publication = publication;
    this.metrics = metrics;
    this.waiting = waiting;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            concurrent,
            concurrent,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            task -> new Thread(task, "fit-" + number.incrementAndGet()));
  }

  /**
   * Puts a fit in line; its progress and result go to the stream.
   *
   * @throws FaultException RESOURCE_EXHAUSTED: the line is full
   */
  void submit(FitSettings settings, ServerStream<FitShapeModelProgress> stream) {
    try {
      threads.execute(() -> run(settings, stream));
    } catch (RejectedExecutionException e) {
      FaultException fault =
          FaultException.of(
              FaultKind.RESOURCE_EXHAUSTED,
              "FIT_QUEUE_FULL",
              "fits waiting: " + waiting + " (expected: fewer, try again later)",
              e);
      metrics.failed(fault, Duration.ZERO);
      throw fault;
    }
  }

  private void run(FitSettings settings, ServerStream<FitShapeModelProgress> stream) {
    long begin = System.nanoTime();
    try {
      Progress progress = new Progress(stream);
      ShapeModelSummary result = publication.publish(fit.fit(settings, progress));
      metrics.succeeded(since(begin));
      log.info(
          "shape model fitted version={} dataset={} split={} crop={} faces={} components={} ms={}",
          result.getVersion(),
          settings.dataset().getName(),
          settings.dataset().getSplit(),
          settings.cropPolicy(),
          result.getDataset().getFaces(),
          result.getComponents(),
          since(begin).toMillis());
      progress.end(result);
    } catch (RuntimeException e) {
      metrics.failed(e, since(begin));
      log.info(
          "shape model not fitted dataset={} split={} error={}",
          settings.dataset().getName(),
          settings.dataset().getSplit(),
          e.toString());
      stream.fail(e);
    } catch (InterruptedException e) {
      stream.fail(
          FaultException.of(FaultKind.UNAVAILABLE, "STOPPING", "the service is stopping", e));
    }
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Reports now and then, and stops the fit when its caller is gone. */
  private final class Progress implements ReadProgress {
    private final ServerStream<FitShapeModelProgress> stream;
    private int read;
    private int total;

    Progress(ServerStream<FitShapeModelProgress> stream) {
      this.stream = stream;
    }

    @Override
    public void annotationRead(int read, int total) {
      metrics.faceRead();
      this.read = read;
      this.total = total;
      if (stream.isCancelled()) {
        throw new CancellationException("the caller is gone");
      }
      if (read % PROGRESS_EVERY_FACES == 1 || read == total) {
        // A reader that is slower misses some; the result is what counts.
        boolean sent = stream.offer(message().build());
        log.debug("fit progress read={} total={} sent={}", read, total, sent);
      }
    }

    void end(ShapeModelSummary result) throws InterruptedException {
      if (stream.send(message().setResult(result).build())) {
        stream.complete();
      }
    }

    private FitShapeModelProgress.Builder message() {
      return FitShapeModelProgress.newBuilder().setFacesRead(read).setFacesTotal(total);
    }
  }

  /** Waits for the fits there are, at most 10 s. */
  @Override
  @PreDestroy
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
