package dev.facealign.platform.grpc;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.v1.GetShapeModelRequest;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.ListShapeModelsResponse;
import dev.facealign.v1.ShapeModel;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.ShapeModelsGrpc;
import dev.facealign.v1.WatchShapeModelsRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A service of the edge's tests: what GetShapeModel is asked for says how it fails. */
@Singleton
class FaultyShapeModels extends ShapeModelsGrpc.ShapeModelsImplBase {

  final AtomicInteger sent = new AtomicInteger();
  final AtomicBoolean ended = new AtomicBoolean();

  @Override
  public void getShapeModel(GetShapeModelRequest request, StreamObserver<ShapeModel> observer) {
    switch (request.getVersion()) {
      case "invalid" -> throw FaultException.invalid("lambda", -1.0, "> 0");
      case "argument" -> throw new IllegalArgumentException("secret path /etc/passwd");
      case "observer" -> observer.onError(new IllegalStateException("secret key 42"));
      case "status" ->
          observer.onError(Status.ABORTED.withDescription("as it is").asRuntimeException());
      case "late" -> {
        observer.onNext(ShapeModel.getDefaultInstance());
        observer.onCompleted();
        throw new IllegalStateException("after the end");
      }
      default ->
          throw FaultException.of(
              FaultKind.valueOf(request.getVersion()), "SOME_REASON", "what happened");
    }
  }

  @Override
  public void listShapeModels(
      ListShapeModelsRequest request, StreamObserver<ListShapeModelsResponse> observer) {
    observer.onNext(ListShapeModelsResponse.getDefaultInstance());
    observer.onCompleted();
  }

  /** An endless stream of 16 KiB messages. */
  @Override
  public void watchShapeModels(
      WatchShapeModelsRequest request, StreamObserver<ShapeModelSummary> observer) {
    ServerStream<ShapeModelSummary> stream = ServerStream.over(observer, 4);
    stream.onEnd(() -> ended.set(true));
    ShapeModelSummary message =
        ShapeModelSummary.newBuilder().setVersion("x".repeat(1 << 14)).build();
    Thread sender =
        new Thread(
            () -> {
              try {
                while (stream.send(message)) {
                  sent.incrementAndGet();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    sender.setDaemon(true);
    sender.start();
  }
}
