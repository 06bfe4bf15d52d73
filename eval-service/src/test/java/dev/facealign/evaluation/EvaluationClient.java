package dev.facealign.evaluation;

import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.EvaluationsGrpc;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.UnfinishedEvaluation;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** What tests say to an eval-service, wherever it runs. */
class EvaluationClient implements AutoCloseable {

  private final ManagedChannel channel;

  /**
   * @param port on loopback
   */
  EvaluationClient(int port) {
    channel =
        Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build();
  }

  final EvaluationsGrpc.EvaluationsBlockingStub client() {
    return EvaluationsGrpc.newBlockingStub(channel);
  }

  final EvaluationsGrpc.EvaluationsStub asyncClient() {
    return EvaluationsGrpc.newStub(channel);
  }

  /** All messages of an evaluation. */
  final List<EvaluateProgress> progress(EvaluateRequest request) {
    List<EvaluateProgress> messages = new ArrayList<>();
    client().evaluate(request).forEachRemaining(messages::add);
    return messages;
  }

  final Evaluation evaluate(EvaluateRequest request) {
    List<EvaluateProgress> messages = progress(request);
    return messages.get(messages.size() - 1).getResult();
  }

  /** Begins one and listens to nothing; cancelling what it gives back ends it. */
  final Context.CancellableContext begin(EvaluateRequest request) {
    Context.CancellableContext call = Context.current().withCancellation();
    call.run(
        () ->
            asyncClient()
                .evaluate(
                    request,
                    new StreamObserver<>() {
                      @Override
                      public void onNext(EvaluateProgress message) {}

                      @Override
                      public void onError(Throwable thrown) {}

                      @Override
                      public void onCompleted() {}
                    }));
    return call;
  }

  /** Evaluations that have begun and not ended. */
  final List<UnfinishedEvaluation> unfinished() {
    return client()
        .listEvaluations(ListEvaluationsRequest.getDefaultInstance())
        .getUnfinishedList();
  }

  final ServingStatus health() {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(EvaluationsGrpc.SERVICE_NAME).build())
        .getStatus();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
