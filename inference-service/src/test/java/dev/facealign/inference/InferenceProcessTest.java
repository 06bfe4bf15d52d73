package dev.facealign.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.PromoteModelRequest;
import dev.facealign.v1.kserve.GRPCInferenceServiceGrpc;
import dev.facealign.v1.kserve.ModelInferRequest;
import dev.facealign.v1.kserve.ModelInferResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, as it is started for real. */
@Timeout(120)
class InferenceProcessTest {
  /** Faces of each of the requests that are on their way when the service is told to stop. */
  private static final int FACES = 16;

  private static final DetectRequest REQUEST =
      DetectRequest.newBuilder()
          .setImage(Pictures.jpeg(120, 90))
          .addAllBoxes(
              Collections.nCopies(
                  FACES, Box.newBuilder().setX(20).setY(10).setWidth(60).setHeight(40).build()))
          .build();

  @TempDir Path folder;

  /**
   * FAULTS row 12. The service says that it does not serve any more, answers what it has taken in
   * through each of its doors, takes in nothing else, and ends with status 0.
   */
  @Test
  void servesAndEndsInOrderOnSigterm() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
      // Given a running process with a champion that takes its time
      ModelManifest manifest =
          TestModels.publish(
              new LocalArtifactStore(folder.resolve("artifacts")),
              "net",
              OnnxFile.slow(TestModels.INPUT_PX, 200, TestModels.labels(0.4)),
              m -> {});
      int port = freePort();
      int http = freePort();
      Process process = start(broker.bootstrapServers(), port, http);
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
        LandmarksGrpc.newBlockingStub(channel).detectImage(REQUEST);
        // The first look takes long.
        assertThat(waiting(http)).isZero();
        Told<HealthCheckResponse> health = new Told<>();
        HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), health);

        // When SIGTERM comes while a call, a tensor and a stream wait for their faces
        Told<DetectResponse> picture = new Told<>();
        Told<ModelInferResponse> tensor = new Told<>();
        LandmarksGrpc.newStub(channel).detectImage(REQUEST, picture);
        GRPCInferenceServiceGrpc.newStub(channel).modelInfer(tensorRequest(), tensor);
        Detecting stream = Detecting.open(LandmarksGrpc.newStub(channel));
        stream.send(REQUEST.toBuilder().setTag("taken in").build());
        // All three must be there: two of them have fewer faces.
        await().pollInterval(Duration.ofMillis(10)).until(() -> waiting(http) > 2 * FACES);
        process.destroy();

        // Then what was taken in is answered, and the stream's end says why
        Throwable end = stream.end();
        assertThat(end).isInstanceOf(StatusRuntimeException.class);
        assertThat(Status.fromThrowable(end).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(stream.answers).extracting(DetectResponse::getTag).containsExactly("taken in");
        assertThat(stream.answers.get(0).getFacesCount()).isEqualTo(FACES);
        assertThat(picture.end()).as(log()).isNull();
        assertThat(picture.messages)
            .singleElement()
            .satisfies(answer -> assertThat(answer.getFacesCount()).isEqualTo(FACES));
        assertThat(tensor.end()).as(log()).isNull();
        assertThat(tensor.messages)
            .singleElement()
            .satisfies(
                answer -> assertThat(answer.getOutputs(0).getShape(0)).isEqualTo((long) FACES));

        // And everybody was told before, nothing more is taken in, and the process says 0
        assertThat(health.end()).isNotNull();
        assertThat(health.messages)
            .extracting(HealthCheckResponse::getStatus)
            .containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING);
        assertThat(
                catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> LandmarksGrpc.newBlockingStub(channel).detectImage(REQUEST))
                    .getStatus()
                    .getCode())
            .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(log()).isZero();
        assertThat(log()).contains("drained in_time=true streams=0 requests=0");
      } finally {
        channel.shutdownNow();
        process.destroyForcibly();
      }
    }
  }

  private static ModelInferRequest tensorRequest() {
    int size = TestModels.INPUT_PX;
    return ModelInferRequest.newBuilder()
        .addInputs(
            ModelInferRequest.InferInputTensor.newBuilder()
                .setName("input")
                .setDatatype("FP32")
                .addAllShape(List.of((long) FACES, 3L, (long) size, (long) size)))
        .addRawInputContents(ByteString.copyFrom(new byte[Float.BYTES * FACES * 3 * size * size]))
        .build();
  }

  /** Faces that wait for a run, as the process's metrics tell. */
  private static double waiting(int http) throws IOException, InterruptedException {
    String page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + "/prometheus"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return page.lines()
        .filter(line -> line.startsWith("facealign_inference_queue_depth{queue=\"batch\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  /** What a call told, and how it ended. */
  private static final class Told<T> implements StreamObserver<T> {
    final List<T> messages = new CopyOnWriteArrayList<>();
    private final CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();

    @Override
    public void onNext(T message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable failure) {
      ended.complete(failure);
    }

    @Override
    public void onCompleted() {
      ended.complete(null);
    }

    /** Waits for the end; null where it was in order. */
    @Nullable Throwable end() throws Exception {
      return ended.get(30, TimeUnit.SECONDS);
    }
  }

  private Process start(String kafka, int port, int http) throws IOException {
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
                Integer.toString(http),
                "FACEALIGN_INFERENCE_BATCH_MAX_SIZE",
                "1",
                // A loaded machine may take long for the faces that wait.
                "FACEALIGN_INFERENCE_STREAMS_DRAIN_TIMEOUT",
                "40s"));
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
