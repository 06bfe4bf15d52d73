package dev.facealign.inference.stream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.inference.fixture.RunningService;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.ListModelsRequest;
import dev.facealign.v1.ModelsGrpc;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CallThreadsTest {
  private static final String NOTES_THREADS = "test.notes-threads";

  /** Notes on which thread each method's messages arrived. */
  @Singleton
  @Requires(property = NOTES_THREADS)
  static final class Threads implements ServerInterceptor {
    private final Map<MethodDescriptor<?, ?>, String> names = new ConcurrentHashMap<>();

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onMessage(A message) {
          names.put(call.getMethodDescriptor(), Thread.currentThread().getName());
          super.onMessage(message);
        }
      };
    }

    String of(MethodDescriptor<?, ?> method) {
      await().until(() -> names.containsKey(method));
      return requireNonNull(names.get(method));
    }
  }

  @Test
  void onlyStreamsOfPicturesAreTakenInByTheConnection(@TempDir Path artifacts) {
    // Given
    try (RunningService service =
        RunningService.startWithoutKafka(artifacts, Map.of(NOTES_THREADS, true))) {
      // When
      StreamObserver<DetectRequest> stream = service.streaming().detect(new Ignored<>());
      stream.onNext(DetectRequest.getDefaultInstance());
      stream.onCompleted();
      service.streaming().detectImage(DetectRequest.getDefaultInstance(), new Ignored<>());
      ModelsGrpc.newStub(service.channel())
          .listModels(ListModelsRequest.getDefaultInstance(), new Ignored<>());

      // Then
      Threads threads = service.bean(Threads.class);
      assertThat(threads.of(LandmarksGrpc.getDetectMethod())).startsWith("grpc-");
      assertThat(threads.of(LandmarksGrpc.getDetectImageMethod())).startsWith("io-executor");
      assertThat(threads.of(ModelsGrpc.getListModelsMethod())).startsWith("io-executor");
    }
  }

  private static final class Ignored<T> implements StreamObserver<T> {
    @Override
    public void onNext(T answer) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }
}
