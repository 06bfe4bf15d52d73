package dev.facealign.pca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.ShapeModelsGrpc;
import dev.facealign.v1.WatchShapeModelsRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
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
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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

  @Test
  void twoProcessesThatFitTheSameAtOncePublishOneVersionThatWatchersSeeOnce() throws Exception {
    // Given
    String dataset = new AnnotationsFixture(folder.resolve("datasets")).dataset("contended", 400);
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
      int[] here = freePorts();
      int[] there = freePorts();
      long parent = ProcessHandle.current().pid();
      Process unusedHere = pca(broker, here, "here", parent);
      Process unusedThere = pca(broker, there, "there", parent);
      await().atMost(SOON).until(() -> readiness(here[1]) == 200 && readiness(there[1]) == 200);
      List<ShapeModelSummary> watched = new CopyOnWriteArrayList<>();
      List<ManagedChannel> channels = List.of(channel(here[0]), channel(there[0]));
      try {
        channels.forEach(channel -> watch(channel, watched));
        FitShapeModelRequest request =
            FitShapeModelRequest.newBuilder()
                .setDataset(DatasetRef.newBuilder().setName(dataset))
                .build();

        // When: three fits in each, all at once
        List<CompletableFuture<ShapeModelSummary>> fits = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          channels.forEach(
              channel -> fits.add(CompletableFuture.supplyAsync(() -> fit(channel, request))));
        }
        Set<ShapeModelSummary> results = new HashSet<>();
        for (CompletableFuture<ShapeModelSummary> fit : fits) {
          results.add(fit.get(60, TimeUnit.SECONDS));
        }

        // Then: one version, stored once, the same for all
        assertThat(results).hasSize(1);
        ShapeModelSummary summary = results.iterator().next();
        assertThat(folder.resolve("artifacts/shape-models").toFile().list())
            .containsExactly(summary.getVersion());
        assertThat(folder.resolve("artifacts/.tmp").toFile().list()).isEmpty();

        // Then: each watcher was told once, also after the announcements have come round
        await().atMost(SOON).until(() -> watched.size() == 2);
        assertThat(announcements(broker)).isNotEmpty().containsOnly(summary);
        assertThat(watched).containsExactly(summary, summary);
      } finally {
        channels.forEach(ManagedChannel::shutdownNow);
      }
    }
  }

  private static List<ShapeModelSummary> announcements(EmbeddedBroker broker) {
    List<ShapeModelSummary> announced = new CopyOnWriteArrayList<>();
    try (TopicFollower<ShapeModelSummary> follower =
        new TopicFollower<>(
            KafkaSettings.of(broker.bootstrapServers()),
            Topics.SHAPE_MODELS,
            ShapeModelSummary.parser(),
            record -> announced.add(record.value()))) {
      follower.start();
      follower.awaitCaughtUp(SOON);
    }
    return announced;
  }

  private static void watch(ManagedChannel channel, List<ShapeModelSummary> seen) {
    ShapeModelsGrpc.newStub(channel)
        .watchShapeModels(
            WatchShapeModelsRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(ShapeModelSummary summary) {
                seen.add(summary);
              }

              @Override
              public void onError(Throwable t) {}

              @Override
              public void onCompleted() {}
            });
  }

  private static ShapeModelSummary fit(ManagedChannel channel, FitShapeModelRequest request) {
    FitShapeModelProgress last = FitShapeModelProgress.getDefaultInstance();
    Iterator<FitShapeModelProgress> messages =
        ShapeModelsGrpc.newBlockingStub(channel).fitShapeModel(request);
    while (messages.hasNext()) {
      last = messages.next();
    }
    return last.getResult();
  }

  private static ManagedChannel channel(int port) {
    return Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build();
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
