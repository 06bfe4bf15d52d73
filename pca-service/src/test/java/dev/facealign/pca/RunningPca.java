package dev.facealign.pca;

import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.ShapeModelsGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.server.EmbeddedServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** pca-service in this JVM, on free ports, and a client of it. */
final class RunningPca implements AutoCloseable {

  private final EmbeddedServer http;
  private final ManagedChannel channel;

  private RunningPca(EmbeddedServer http, ManagedChannel channel) {
    this.http = http;
    this.channel = channel;
  }

  /** Starts it with the folders {@code artifacts} and {@code datasets} below a folder. */
  static RunningPca start(String bootstrapServers, Path folder) {
    return start(bootstrapServers, folder.resolve("artifacts"), folder.resolve("datasets"));
  }

  static RunningPca start(String bootstrapServers, Path artifacts, Path datasets) {
    EmbeddedServer http =
        ApplicationContext.run(
            EmbeddedServer.class,
            Map.of(
                "micronaut.server.port",
                -1,
                "grpc.server.port",
                0,
                "grpc.server.await-termination",
                "5s",
                "facealign.kafka.bootstrap-servers",
                bootstrapServers,
                "facealign.kafka.publish-timeout",
                "5s",
                "facealign.artifacts.root",
                artifacts.toString(),
                "facealign.datasets.root",
                datasets.toString()));
    int port = http.getApplicationContext().getBean(GrpcEmbeddedServer.class).getPort();
    return new RunningPca(
        http,
        Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
            .maxInboundMessageSize(16 << 20)
            .build());
  }

  ShapeModelsGrpc.ShapeModelsBlockingStub client() {
    return ShapeModelsGrpc.newBlockingStub(channel);
  }

  ShapeModelsGrpc.ShapeModelsStub asyncClient() {
    return ShapeModelsGrpc.newStub(channel);
  }

  /** All messages of a fit. */
  List<FitShapeModelProgress> fit(FitShapeModelRequest request) {
    List<FitShapeModelProgress> messages = new ArrayList<>();
    client().fitShapeModel(request).forEachRemaining(messages::add);
    return messages;
  }

  ServingStatus health() {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(ShapeModelsGrpc.SERVICE_NAME).build())
        .getStatus();
  }

  <T> T bean(Class<T> type) {
    return http.getApplicationContext().getBean(type);
  }

  /** Stops the service as SIGTERM does; its client stays. */
  void stop() {
    http.stop();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    http.close();
  }
}
