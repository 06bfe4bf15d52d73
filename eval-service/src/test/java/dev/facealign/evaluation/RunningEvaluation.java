package dev.facealign.evaluation;

import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** An eval-service in this process with its servers on free ports, and a client. */
final class RunningEvaluation extends EvaluationClient {

  private final EmbeddedServer http;

  private RunningEvaluation(EmbeddedServer http, int port) {
    super(port);
    this.http = http;
  }

  /** Starts it with the folders {@code artifacts} and {@code datasets} below a folder. */
  static RunningEvaluation start(
      String bootstrapServers, String inference, Path folder, Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("micronaut.server.port", -1);
    properties.put("grpc.server.port", 0);
    properties.put("grpc.server.await-termination", "5s");
    properties.put("facealign.kafka.bootstrap-servers", bootstrapServers);
    properties.put("facealign.artifacts.root", folder.resolve("artifacts").toString());
    properties.put("facealign.datasets.root", folder.resolve("datasets").toString());
    properties.put("facealign.inference.address", inference);
    properties.put("facealign.inference.answer-timeout", "5s");
    properties.putAll(more);
    EmbeddedServer http = ApplicationContext.run(EmbeddedServer.class, properties);
    int port = http.getApplicationContext().getBean(GrpcEmbeddedServer.class).getPort();
    return new RunningEvaluation(http, port);
  }

  /** What the HTTP port says to a GET. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(http.getURI().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  <T> T bean(Class<T> type) {
    return http.getApplicationContext().getBean(type);
  }

  @Override
  public void close() {
    super.close();
    http.close();
  }
}
