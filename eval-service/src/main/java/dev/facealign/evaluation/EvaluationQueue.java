package dev.facealign.evaluation;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.Evaluation;
import io.micronaut.context.annotation.Property;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs evaluations on a few threads: {@code facealign.evaluation.concurrent} at once (default 2),
 * {@code facealign.evaluation.waiting} in line (default 16), the rest are refused.
 */
@Singleton
final class EvaluationQueue implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EvaluationQueue.class);
  private static final Duration PROGRESS_PERIOD = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final ModelEvaluation evaluation;
  private final EvaluationMetrics metrics;
  private final int waiting;
  private final ThreadPoolExecutor threads;

  EvaluationQueue(
      ModelEvaluation evaluation,
      EvaluationMetrics metrics,
      @Property(name = "facealign.evaluation.concurrent", defaultValue = "2") int concurrent,
      @Property(name = "facealign.evaluation.waiting", defaultValue = "16") int waiting) {
    this.evaluation = evaluation;
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
            task -> new Thread(task, "evaluation-" + number.incrementAndGet()));
  }

  /**
   * Puts an evaluation in line; its progress and report go to the stream. It ends when the stream's
   * caller is gone.
   *
   * @throws FaultException RESOURCE_EXHAUSTED: the line is full
   */
  void submit(EvaluationSettings settings, ServerStream<EvaluateProgress> stream) {
    Cancellation cancellation = new Cancellation();
    stream.onEnd(cancellation::cancel);
    try {
      threads.execute(() -> run(settings, stream, cancellation));
    } catch (RejectedExecutionException e) {
      metrics.refused();
      throw FaultException.of(
          FaultKind.RESOURCE_EXHAUSTED,
          "EVALUATION_QUEUE_FULL",
          "evaluations waiting: " + waiting + " (expected: fewer, try again later)",
          e);
    }
  }

  private void run(
      EvaluationSettings settings,
      ServerStream<EvaluateProgress> stream,
      Cancellation cancellation) {
    long begin = System.nanoTime();
    metrics.started();
    try {
      cancellation.check();
      Evaluation report = evaluation.run(settings, cancellation, new Reporter(stream));
      metrics.succeeded(since(begin));
      int total = report.getFacesCount();
      EvaluateProgress last =
          EvaluateProgress.newBuilder()
              .setFacesDone(total)
              .setFacesTotal(total)
              .setResult(report)
              .build();
      if (stream.send(last)) {
        stream.complete();
      }
    } catch (RuntimeException e) {
      metrics.failed(e, since(begin));
      log.info(
          "not evaluated model={} dataset={} split={} error={}",
          settings.model(),
          settings.dataset().getName(),
          settings.dataset().getSplit(),
          e.toString());
      stream.fail(e);
    } catch (InterruptedException e) {
      FaultException stopping =
          FaultException.of(FaultKind.UNAVAILABLE, "STOPPING", "the service is stopping", e);
      metrics.failed(stopping, since(begin));
      stream.fail(stopping);
    }
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /**
   * Tells the caller how far it is, about twice a second. A caller that reads slowly misses some.
   */
  private static final class Reporter implements Measurement.Progress {
    private final ServerStream<EvaluateProgress> stream;
    private final AtomicLong next = new AtomicLong(System.nanoTime());

    Reporter(ServerStream<EvaluateProgress> stream) {
      this.stream = stream;
    }

    @Override
    public void faceDone(int done, int total) {
      long now = System.nanoTime();
      long due = next.get();
      if (now - due < 0 || !next.compareAndSet(due, now + PROGRESS_PERIOD.toNanos())) {
        return;
      }
      boolean sent =
          stream.offer(
              EvaluateProgress.newBuilder().setFacesDone(done).setFacesTotal(total).build());
      log.debug("progress done={} total={} sent={}", done, total, sent);
    }
  }

  /** Ends the evaluations there are. */
  @Override
  @PreDestroy
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("evaluations have not ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
