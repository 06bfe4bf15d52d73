package dev.facealign.evaluation;

import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.EvaluationsGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An eval-service with its servers on free ports, and a client. */
final class RunningEvaluation implements AutoCloseable {

  private final EmbeddedServer http;
  private final ManagedChannel channel;

  private RunningEvaluation(EmbeddedServer http, ManagedChannel channel) {
    this.http = http;
    this.channel = channel;
  }

  /** Starts it with the folders {@code artifacts} and {@code datasets} below a folder. */
  static RunningEvaluation start(
      String bootstrapServers, String inference, Path folder, Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("micronaut.server.port", -1);
    // In the environment "test" no port means a free one.
    properties.put("grpc.server.port", "${random.port}");
    properties.put("grpc.server.await-termination", "5s");
    properties.put("facealign.kafka.bootstrap-servers", bootstrapServers);
    properties.put("facealign.artifacts.root", folder.resolve("artifacts").toString());
    properties.put("facealign.datasets.root", folder.resolve("datasets").toString());
    properties.put("facealign.inference.address", inference);
    properties.put("facealign.inference.answer-timeout", "5s");
    properties.putAll(more);
    EmbeddedServer http = ApplicationContext.run(EmbeddedServer.class, properties);
    int port = http.getApplicationContext().getBean(GrpcEmbeddedServer.class).getPort();
    return new RunningEvaluation(
        http,
        Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build());
  }

  EvaluationsGrpc.EvaluationsBlockingStub client() {
    return EvaluationsGrpc.newBlockingStub(channel);
  }

  EvaluationsGrpc.EvaluationsStub asyncClient() {
    return EvaluationsGrpc.newStub(channel);
  }

  /** All messages of an evaluation. */
  List<EvaluateProgress> progress(EvaluateRequest request) {
    List<EvaluateProgress> messages = new ArrayList<>();
    client().evaluate(request).forEachRemaining(messages::add);
    return messages;
  }

  Evaluation evaluate(EvaluateRequest request) {
    List<EvaluateProgress> messages = progress(request);
    return messages.get(messages.size() - 1).getResult();
  }

  /** What the HTTP port says to a GET. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(http.getURI().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  ServingStatus health() {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(EvaluationsGrpc.SERVICE_NAME).build())
        .getStatus();
  }

  <T> T bean(Class<T> type) {
    return http.getApplicationContext().getBean(type);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    http.close();
  }
}
