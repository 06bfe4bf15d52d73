package dev.facealign.inference.stream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.ListModelsRequest;
import dev.facealign.v1.ModelsGrpc;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.server.EmbeddedServer;
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
    Map<String, Object> settings =
        Map.of(
            "micronaut.server.port",
            -1,
            "grpc.server.port",
            0,
            "facealign.kafka.enabled",
            false,
            "facealign.artifacts.root",
            artifacts.toString(),
            NOTES_THREADS,
            true);
    try (EmbeddedServer server = ApplicationContext.run(EmbeddedServer.class, settings)) {
      ApplicationContext context = server.getApplicationContext();
      ManagedChannel channel =
          Grpc.newChannelBuilder(
                  "127.0.0.1:" + context.getBean(GrpcEmbeddedServer.class).getPort(),
                  InsecureChannelCredentials.create())
              .build();
      try {
        // When
        StreamObserver<DetectRequest> stream =
            LandmarksGrpc.newStub(channel).detect(new Ignored<>());
        stream.onNext(DetectRequest.getDefaultInstance());
        stream.onCompleted();
        LandmarksGrpc.newStub(channel)
            .detectImage(DetectRequest.getDefaultInstance(), new Ignored<>());
        ModelsGrpc.newStub(channel)
            .listModels(ListModelsRequest.getDefaultInstance(), new Ignored<>());

        // Then
        Threads threads = context.getBean(Threads.class);
        assertThat(threads.of(LandmarksGrpc.getDetectMethod())).startsWith("grpc-");
        assertThat(threads.of(LandmarksGrpc.getDetectImageMethod())).startsWith("io-executor");
        assertThat(threads.of(ModelsGrpc.getListModelsMethod())).startsWith("io-executor");
      } finally {
        channel.shutdownNow();
      }
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
