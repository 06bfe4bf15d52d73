package dev.facealign.evaluation.api;

import dev.facealign.evaluation.inference.Cancellation;
import dev.facealign.evaluation.run.EvaluationSettings;
import dev.facealign.evaluation.run.ModelEvaluation;
import dev.facealign.evaluation.run.UnfinishedRuns;
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
  private final UnfinishedRuns runs;
  private final WorkLine line;

  EvaluationQueue(
      ModelEvaluation evaluation,
      UnfinishedRuns runs,
      MeterRegistry metrics,
      @Property(name = "facealign.evaluation.concurrent", defaultValue = "2") int concurrent,
      @Property(name = "facealign.evaluation.waiting", defaultValue = "16") int waiting) {
    this.evaluation = evaluation;
    this.runs = runs;
    this.line =
        new WorkLine(
            new WorkLine.Settings("evaluation", concurrent, waiting, Duration.ZERO),
            "facealign.evaluation.runs",
            metrics);
  }

  private interface Evaluating {
    Evaluation run(Cancellation cancellation, ModelEvaluation.Watcher watcher)
        throws InterruptedException;
  }

  /**
   * Puts an evaluation in line; its progress and report go to the stream. It ends when the stream's
   * caller is gone.
   *
   * @throws FaultException RESOURCE_EXHAUSTED: the line is full
   */
  void submit(EvaluationSettings settings, ServerStream<EvaluateProgress> stream) {
    submit(
        "model=%s dataset=%s split=%s"
            .formatted(
                settings.model(), settings.dataset().getName(), settings.dataset().getSplit()),
        stream,
        (cancellation, watcher) -> evaluation.begin(settings, cancellation, watcher));
  }

  /**
   * Puts what is left of an evaluation in line. Where another call does it still, that one ends
   * now.
   *
   * @throws FaultException RESOURCE_EXHAUSTED: the line is full
   */
  void goOn(String id, ServerStream<EvaluateProgress> stream) {
    // Not only when its turn comes, which a call that nobody reads might keep it from.
    runs.stop(id);
    submit(
        "evaluation=" + id,
        stream,
        (cancellation, watcher) -> evaluation.goOn(id, cancellation, watcher));
  }

  private void submit(
      String description, ServerStream<EvaluateProgress> stream, Evaluating evaluating) {
    Cancellation cancellation = new Cancellation();
    stream.onEnd(cancellation::cancel);
    line.submit(stream, description, () -> run(evaluating, stream, cancellation));
  }

  private static EvaluateProgress run(
      Evaluating evaluating, ServerStream<EvaluateProgress> stream, Cancellation cancellation)
      throws InterruptedException {
    ProgressReports<EvaluateProgress> reports = new ProgressReports<>(stream);
    Evaluation report =
        evaluating.run(
            cancellation,
            (id, done, total) -> reports.report(() -> progress(id, done, total).build()));
    int total = report.getSubsets(0).getFaces();
    return progress(report.getEvaluationId(), total, total).setResult(report).build();
  }

  private static EvaluateProgress.Builder progress(String id, int done, int total) {
    return EvaluateProgress.newBuilder()
        .setEvaluationId(id)
        .setFacesDone(done)
        .setFacesTotal(total);
  }

  /** Ends the evaluations there are. */
  @Override
  @PreDestroy
  public void close() {
    line.close();
  }
}
