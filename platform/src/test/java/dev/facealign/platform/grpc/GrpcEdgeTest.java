package dev.facealign.platform.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.service.Readiness;
import dev.facealign.v1.GetShapeModelRequest;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.ShapeModelsGrpc;
import dev.facealign.v1.WatchShapeModelsRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real server on real ports, with Kafka away. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcEdgeTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private EmbeddedServer http;
  private ManagedChannel channel;
  private ShapeModelsGrpc.ShapeModelsBlockingStub client;

  @BeforeAll
  void startServer(@TempDir Path folder) {
    http =
        ApplicationContext.run(
            EmbeddedServer.class,
            Map.of(
                "micronaut.server.port",
                -1,
                "facealign.artifacts.root",
                folder.toString(),
                "facealign.datasets.root",
                folder.toString(),
                "facealign.kafka.bootstrap-servers",
                "127.0.0.1:1"));
    channel = channel();
    client = ShapeModelsGrpc.newBlockingStub(channel);
  }

  @AfterAll
  void stopServer() {
    channel.shutdownNow();
    http.close();
  }

  private ManagedChannel channel() {
    GrpcEmbeddedServer grpc = http.getApplicationContext().getBean(GrpcEmbeddedServer.class);
    return Grpc.newChannelBuilder(
            "127.0.0.1:" + grpc.getPort(), InsecureChannelCredentials.create())
        .build();
  }

  @ParameterizedTest
  @EnumSource(FaultKind.class)
  void mapsEveryFaultToItsCodeWithDetails(FaultKind kind) throws Exception {
    // When
    StatusRuntimeException error = get(kind.name());

    // Then
    String code = kind == FaultKind.CONFLICT ? "ABORTED" : kind.name();
    assertThat(error.getStatus().getCode().name()).isEqualTo(code);
    assertThat(error.getStatus().getDescription()).isEqualTo("what happened");
    assertThat(detail(error, ErrorInfo.class))
        .isEqualTo(
            ErrorInfo.newBuilder().setReason("SOME_REASON").setDomain("facealign.dev").build());
    boolean retry = kind == FaultKind.UNAVAILABLE || kind == FaultKind.RESOURCE_EXHAUSTED;
    assertThat(hasDetail(error, RetryInfo.class)).isEqualTo(retry);
  }

  @Test
  void namesTheOffendingField() throws Exception {
    // When
    StatusRuntimeException error = get("invalid");

    // Then
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription()).isEqualTo("lambda: -1.0 (expected: > 0)");
    assertThat(detail(error, BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("lambda");
  }

  @Test
  void keepsDefectsToItself() throws Exception {
    for (String defect : List.of("argument", "observer")) {
      // When
      StatusRuntimeException error = get(defect);

      // Then
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(error.getStatus().getDescription())
          .matches("internal error [0-9a-f-]{36}")
          .doesNotContain("secret");
      assertThat(detail(error, ErrorInfo.class).getMetadataMap()).containsKey("error_id");
    }
  }

  @Test
  void passesOnStatusesAndIgnoresWhatComesAfterTheEnd() {
    assertThat(get("status").getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(get("status").getStatus().getDescription()).isEqualTo("as it is");
    assertThat(client.getShapeModel(GetShapeModelRequest.newBuilder().setVersion("late").build()))
        .isNotNull();
  }

  @Test
  void answersReflectionAndHealth() throws Exception {
    // Given
    Readiness readiness = http.getApplicationContext().getBean(Readiness.class);
    String service = ShapeModelsGrpc.SERVICE_NAME;

    // Then
    assertThat(services()).contains(service, "grpc.health.v1.Health");
    assertThat(health("")).isEqualTo(ServingStatus.SERVING);
    assertThat(health(service)).isEqualTo(ServingStatus.SERVING);
    assertThat(http("/health/readiness").statusCode()).isEqualTo(200);
    assertThat(http("/health/liveness").statusCode()).isEqualTo(200);

    // When
    Readiness.Condition condition = readiness.condition("model");

    // Then
    assertThat(health("")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(health(service)).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(http("/health/readiness").statusCode()).isEqualTo(503);
    assertThat(http("/health").body()).contains("\"model\":\"not met yet\"");
    condition.met();
    assertThat(health("")).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void saysThatKafkaIsAway() {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(http("/health").body())
                    .contains("\"kafka\":{\"name\":\"edge-test\",\"status\":\"DEGRADED\"")
                    .contains("TimeoutException")
                    .contains("\"artifact-store\":{\"name\":\"edge-test\",\"status\":\"UP\""));
  }

  @Test
  void countsACallOnceUnderItsMappedStatus() throws Exception {
    // Given
    double before = processed("NOT_FOUND");

    // When
    assertThat(get("NOT_FOUND").getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);

    // Then
    assertThat(processed("UNKNOWN")).isZero();
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(processed("NOT_FOUND")).isEqualTo(before + 1));
    client.listShapeModels(ListShapeModelsRequest.getDefaultInstance());
  }

  @Test
  void sendsNoFasterThanItsReaderReads() throws Exception {
    // Given
    FaultyShapeModels service = http.getApplicationContext().getBean(FaultyShapeModels.class);
    CompletableFuture<ClientCallStreamObserver<WatchShapeModelsRequest>> call =
        new CompletableFuture<>();
    List<ShapeModelSummary> read = new CopyOnWriteArrayList<>();

    // When: a reader that takes two messages and no more
    ShapeModelsGrpc.newStub(channel)
        .watchShapeModels(
            WatchShapeModelsRequest.getDefaultInstance(),
            new ClientResponseObserver<WatchShapeModelsRequest, ShapeModelSummary>() {
              @Override
              public void beforeStart(ClientCallStreamObserver<WatchShapeModelsRequest> stream) {
                stream.disableAutoRequestWithInitial(2);
                call.complete(stream);
              }

              @Override
              public void onNext(ShapeModelSummary message) {
                read.add(message);
              }

              @Override
              public void onError(Throwable t) {}

              @Override
              public void onCompleted() {}
            });
    await().atMost(SOON).until(() -> read.size() == 2);
    await()
        .atMost(SOON)
        .during(Duration.ofMillis(500))
        .until(service.sent::get, sent -> sent < 200);

    // Then: what waits is bounded (HTTP/2 windows and buffers hold well below 200 x 16 KiB)
    assertThat(service.sent.get()).isBetween(2, 200);
    assertThat(service.ended).isFalse();

    // When
    call.get(10, TimeUnit.SECONDS).cancel("enough", null);

    // Then
    await().atMost(SOON).untilTrue(service.ended);
  }

  private StatusRuntimeException get(String version) {
    try {
      client.getShapeModel(GetShapeModelRequest.newBuilder().setVersion(version).build());
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("answered without an error");
  }

  private ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private List<String> services() throws Exception {
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {
                    names.complete(
                        answer.getListServicesResponse().getServiceList().stream()
                            .map(ServiceResponse::getName)
                            .toList());
                  }

                  @Override
                  public void onError(Throwable t) {
                    names.completeExceptionally(t);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
    List<String> answer = names.get(10, TimeUnit.SECONDS);
    requests.onCompleted();
    return answer;
  }

  private double processed(String code) throws Exception {
    return http("/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith("grpc_server_processing_duration_seconds_count"))
        .filter(line -> line.contains("statusCode=\"" + code + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private HttpResponse<String> http(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(http.getURL() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static <T extends Message> T detail(StatusRuntimeException error, Class<T> type)
      throws InvalidProtocolBufferException {
    for (Any any : details(error)) {
      if (any.is(type)) {
        return any.unpack(type);
      }
    }
    throw new AssertionError("no " + type.getSimpleName() + " in " + details(error));
  }

  private static boolean hasDetail(StatusRuntimeException error, Class<? extends Message> type) {
    return details(error).stream().anyMatch(any -> any.is(type));
  }

  private static List<Any> details(StatusRuntimeException error) {
    com.google.rpc.Status status = StatusProto.fromThrowable(error);
    return status == null ? List.of() : status.getDetailsList();
  }
}
