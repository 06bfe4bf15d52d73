package dev.facealign.evaluation.api;

import dev.facealign.evaluation.report.EvaluationArchive;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.v1.CompareEvaluationsRequest;
import dev.facealign.v1.CompareEvaluationsResponse;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.EvaluationsGrpc;
import dev.facealign.v1.FaceResult;
import dev.facealign.v1.GetEvaluationRequest;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.ListEvaluationsResponse;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * Serves {@code Evaluations}.
 *
 * <p>Metrics: timer {@code facealign.evaluation.run} by {@code outcome} (ok, failed, cancelled);
 * counter {@code facealign.evaluation.faces}.
 */
@Singleton
final class EvaluationsEndpoint extends EvaluationsGrpc.EvaluationsImplBase
    implements AutoCloseable {
  private static final long PROGRESS_PERIOD_NS = 400_000_000L;

  private final EvaluationSession session;
  private final EvaluationArchive archive;
  private final MeterRegistry registry;
  private final ExecutorService runs =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "evaluation");
            thread.setDaemon(true);
            return thread;
          });

  EvaluationsEndpoint(
      EvaluationSession session, EvaluationArchive archive, MeterRegistry registry) {
    this.session = session;
    this.archive = archive;
    this.registry = registry;
  }

  @Override
  public void evaluate(EvaluateRequest request, StreamObserver<EvaluateProgress> answer) {
    ServerStream<EvaluateProgress> stream = ServerStream.over(answer, 4);
    Future<?> run = runs.submit(() -> run(request, stream));
    stream.onEnd(() -> run.cancel(true));
  }

  private void run(EvaluateRequest request, ServerStream<EvaluateProgress> stream) {
    Timer.Sample sample = Timer.start(registry);
    String outcome = "failed";
    try {
      EvaluationSession.Plan plan = session.plan(request);
      Evaluation report = session.run(plan, new Progress(stream, plan.dataset().faces().size()));
      registry.counter("facealign.evaluation.faces").increment(report.getFacesCount());
      stream.send(
          EvaluateProgress.newBuilder()
              .setFacesDone(report.getFacesCount())
              .setFacesTotal(report.getFacesCount())
              .setResult(report)
              .build());
      stream.complete();
      outcome = "ok";
    } catch (InterruptedException e) {
      outcome = "cancelled";
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      stream.fail(e);
    } finally {
      sample.stop(registry.timer("facealign.evaluation.run", "outcome", outcome));
    }
  }

  /** Sends progress a few times a second; a reader that does not keep up misses some. */
  private static final class Progress implements IntConsumer {
    private final ServerStream<EvaluateProgress> stream;
    private final int total;
    private long sent = System.nanoTime() - PROGRESS_PERIOD_NS;

    Progress(ServerStream<EvaluateProgress> stream, int total) {
      this.stream = stream;
      this.total = total;
    }

    @Override
    public void accept(int done) {
      if (System.nanoTime() - sent >= PROGRESS_PERIOD_NS) {
        sent = System.nanoTime();
        stream.offer(EvaluateProgress.newBuilder().setFacesDone(done).setFacesTotal(total).build());
      }
    }
  }

  @Override
  public void getEvaluation(GetEvaluationRequest request, StreamObserver<Evaluation> answer) {
    complete(answer, archive.whole(request.getEvaluationId()));
  }

  @Override
  public void listEvaluations(
      ListEvaluationsRequest request, StreamObserver<ListEvaluationsResponse> answer) {
    complete(
        answer,
        ListEvaluationsResponse.newBuilder()
            .addAllEvaluations(
                archive.summaries().stream()
                    .filter(
                        report ->
                            request.getModelVersion().isEmpty()
                                || report.getModelVersion().equals(request.getModelVersion()))
                    .toList())
            .build());
  }

  @Override
  public void compareEvaluations(
      CompareEvaluationsRequest request, StreamObserver<CompareEvaluationsResponse> answer) {
    if (request.getEvaluationIdsCount() < 2) {
      throw FaultException.invalid(
          "evaluation_ids", request.getEvaluationIdsCount() + " reports", "two or more");
    }
    List<Evaluation> reports = request.getEvaluationIdsList().stream().map(archive::whole).toList();
    Evaluation first = reports.get(0);
    CompareEvaluationsResponse.Builder comparison = CompareEvaluationsResponse.newBuilder();
    for (Evaluation report : reports) {
      if (!report.getDataset().getSha256().equals(first.getDataset().getSha256())) {
        throw FaultException.of(
            FaultKind.INVALID_ARGUMENT,
            "DIFFERENT_FACES",
            "evaluation_ids: "
                + report.getEvaluationId()
                + " measured other faces (expected: those of "
                + first.getEvaluationId()
                + ")");
      }
      comparison.addEvaluations(report.toBuilder().clearFaces());
      comparison.addNmeDifferenceToFirst(difference(report, first));
    }
    complete(answer, comparison.build());
  }

  /** Mean of the faces' differences over those valid in both; NaN where there are none. */
  private static double difference(Evaluation report, Evaluation first) {
    Map<String, Double> errors = new HashMap<>();
    for (FaceResult face : first.getFacesList()) {
      if (face.hasNme()) {
        errors.put(face.getFaceId(), face.getNme());
      }
    }
    return report.getFacesList().stream()
        .filter(face -> face.hasNme() && errors.containsKey(face.getFaceId()))
        .mapToDouble(face -> face.getNme() - errors.getOrDefault(face.getFaceId(), Double.NaN))
        .average()
        .orElse(Double.NaN);
  }

  private static <T> void complete(StreamObserver<T> answer, T value) {
    answer.onNext(value);
    answer.onCompleted();
  }

  @Override
  @PreDestroy
  public void close() {
    runs.shutdownNow();
  }
}
