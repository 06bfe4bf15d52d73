package dev.facealign.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.PromoteModelRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, as it is started for real. */
@Timeout(120)
class InferenceProcessTest {
  private static final DetectRequest REQUEST =
      DetectRequest.newBuilder()
          .setImage(Pictures.jpeg(120, 90))
          .addBoxes(Box.newBuilder().setX(20).setY(10).setWidth(60).setHeight(40))
          .build();

  @TempDir Path folder;

  @Test
  void servesAndEndsInOrderOnSigterm() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
      // Given a running process with a champion
      ModelManifest manifest =
          TestModels.constant(new LocalArtifactStore(folder.resolve("artifacts")), "net", 0.4);
      int port = freePort();
      Process process = start(broker.bootstrapServers(), port);
      ManagedChannel channel =
          Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build();
      try {
        await().atMost(Duration.ofSeconds(60)).until(() -> serves(channel));
        announce(broker.bootstrapServers(), manifest);
        ModelsGrpc.ModelsBlockingStub models = ModelsGrpc.newBlockingStub(channel);
        await()
            .atMost(Duration.ofSeconds(10))
            .ignoreExceptions()
            .until(() -> promote(models, manifest));

        // When SIGTERM comes while a stream is open
        Detecting stream = Detecting.open(LandmarksGrpc.newStub(channel));
        for (int i = 0; i < 30; i++) {
          stream.send(REQUEST.toBuilder().setTag("tag-" + i).build());
        }
        await().until(() -> !stream.answers.isEmpty());
        process.destroy();

        // Then what was taken in is answered in order, the stream's end says why, and so does 0
        Throwable end = stream.end();
        assertThat(end).isInstanceOf(StatusRuntimeException.class);
        assertThat(Status.fromThrowable(end).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        for (int i = 0; i < stream.answers.size(); i++) {
          assertThat(stream.answers.get(i).getTag()).isEqualTo("tag-" + i);
          assertThat(stream.answers.get(i).getFacesCount()).isEqualTo(1);
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(log()).isZero();
      } finally {
        channel.shutdownNow();
        process.destroyForcibly();
      }
    }
  }

  private Process start(String kafka, int port) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                // Command lines of services are long; ONNX Runtime 1.29.0 did not survive that.
                "-Dlong=" + "x".repeat(20_000),
                "-cp",
                classPath,
                InferenceApplication.class.getName()));
    builder
        .environment()
        .putAll(
            Map.of(
                "FACEALIGN_KAFKA_BOOTSTRAP_SERVERS",
                kafka,
                "FACEALIGN_ARTIFACTS_ROOT",
                folder.resolve("artifacts").toString(),
                "GRPC_SERVER_PORT",
                Integer.toString(port),
                "MICRONAUT_SERVER_PORT",
                "-1"));
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    return builder.start();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private static boolean serves(ManagedChannel channel) {
    try {
      return HealthGrpc.newBlockingStub(channel)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static void announce(String kafka, ModelManifest manifest) {
    try (RecordPublisher publisher = new RecordPublisher(KafkaSettings.of(kafka))) {
      publisher.publish(
          Topics.MODELS,
          "model/" + manifest.getVersion(),
          ModelRecord.newBuilder().setModel(manifest).build());
    }
  }

  private static boolean promote(ModelsGrpc.ModelsBlockingStub models, ModelManifest manifest) {
    PromoteModelRequest request =
        PromoteModelRequest.newBuilder().setModel(manifest.getVersion()).build();
    return models.promoteModel(request).getVersion().equals(manifest.getVersion());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
