package dev.facealign.pca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** pca-service as it is run: a process of its own, set up by its environment. */
@Timeout(120)
class PcaProcessTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void startsStopsOnSigtermAndEndsWithItsParent() throws Exception {
    // Given
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
      Process parent = new ProcessBuilder("sleep", "600").start();
      processes.add(parent);
      int[] ports = freePorts();
      Process first = pca(broker, ports, "first", parent.pid());
      await().atMost(SOON).until(() -> readiness(ports[1]) == 200);

      // When: a second one on the same gRPC port
      Process second = pca(broker, new int[] {ports[0], freePorts()[1]}, "second", parent.pid());

      // Then
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(log("second"))
          .contains("127.0.0.1:" + ports[0])
          .contains("Address already in use");

      // When
      first.toHandle().destroy();

      // Then
      assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(first.exitValue()).as(log("first")).isZero();
      assertThat(log("first")).contains("service started").doesNotContain("internal error");

      // When
      Process third = pca(broker, ports, "third", parent.pid());
      await().atMost(SOON).until(() -> readiness(ports[1]) == 200);
      parent.destroyForcibly();

      // Then
      assertThat(third.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(third.exitValue()).isZero();
      assertThat(log("third")).contains("parent process has ended");
    }
  }

  private Process pca(EmbeddedBroker broker, int[] ports, String name, long parent)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Dlogback.configurationFile=logback.xml",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            PcaApplication.class.getName());
    builder
        .environment()
        .putAll(
            Map.of(
                "FACEALIGN_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                "FACEALIGN_ARTIFACTS_ROOT", folder.resolve("artifacts").toString(),
                "FACEALIGN_DATASETS_ROOT", folder.resolve("datasets").toString(),
                "GRPC_SERVER_PORT", Integer.toString(ports[0]),
                "GRPC_SERVER_HOST", "127.0.0.1",
                "MICRONAUT_SERVER_PORT", Integer.toString(ports[1]),
                "MICRONAUT_SERVER_HOST", "127.0.0.1",
                "FACEALIGN_STANDALONE_PARENT_PID", Long.toString(parent)));
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    processes.add(process);
    return process;
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  private static int readiness(int port) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/readiness"))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0; // not listening yet
    }
  }

  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket a = new ServerSocket(0, 1, loopback);
        ServerSocket b = new ServerSocket(0, 1, loopback)) {
      return new int[] {a.getLocalPort(), b.getLocalPort()};
    }
  }
}
