package dev.facealign.evaluation;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.grpc.ProgressReports;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.platform.grpc.WorkLine;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.Evaluation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Property;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Runs evaluations on a few threads: {@code facealign.evaluation.concurrent} at once (default 2),
 * {@code facealign.evaluation.waiting} in line (default 16), the rest are refused. Metrics: {@code
 * facealign.evaluation.runs}, see {@link WorkLine}.
 */
@Singleton
final class EvaluationQueue implements AutoCloseable {

  private final ModelEvaluation evaluation;
  private final WorkLine line;

  EvaluationQueue(
      ModelEvaluation evaluation,
      MeterRegistry metrics,
      @Property(name = "facealign.evaluation.concurrent", defaultValue = "2") int concurrent,
      @Property(name = "facealign.evaluation.waiting", defaultValue = "16") int waiting) {
    this.evaluation = evaluation;
    this.line =
        new WorkLine(
            new WorkLine.Settings("evaluation", concurrent, waiting, Duration.ZERO),
            "facealign.evaluation.runs",
            metrics);
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
    line.submit(stream, description(settings), () -> run(settings, stream, cancellation));
  }

  private EvaluateProgress run(
      EvaluationSettings settings, ServerStream<EvaluateProgress> stream, Cancellation cancellation)
      throws InterruptedException {
    ProgressReports<EvaluateProgress> reports = new ProgressReports<>(stream);
    Evaluation report =
        evaluation.run(
            settings,
            cancellation,
            (done, total) -> reports.report(() -> progress(done, total).build()));
    int total = report.getFacesCount();
    return progress(total, total).setResult(report).build();
  }

  private static EvaluateProgress.Builder progress(int done, int total) {
    return EvaluateProgress.newBuilder().setFacesDone(done).setFacesTotal(total);
  }

  private static String description(EvaluationSettings settings) {
    return "model=%s dataset=%s split=%s"
        .formatted(settings.model(), settings.dataset().getName(), settings.dataset().getSplit());
  }

  /** Ends the evaluations there are. */
  @Override
  @PreDestroy
  public void close() {
    line.close();
  }
}
