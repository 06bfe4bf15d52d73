package dev.facealign.inference.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.inference.model.ServingModels;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.GetShadowComparisonRequest;
import dev.facealign.v1.ListModelsRequest;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.PromoteModelRequest;
import dev.facealign.v1.RollbackModelRequest;
import dev.facealign.v1.WatchModelsRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Models service with a real broker and store. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromotionTest {
  private static final DetectRequest REQUEST =
      DetectRequest.newBuilder()
          .setImage(Pictures.jpeg(120, 90))
          .addBoxes(Box.newBuilder().setX(20).setY(10).setWidth(60).setHeight(40))
          .build();

  private EmbeddedBroker broker;
  private Path artifacts;
  private RunningService service;
  private final AtomicInteger models = new AtomicInteger();

  @BeforeAll
  void start(@TempDir Path folder) {
    artifacts = folder;
    broker = EmbeddedBroker.startTemporary();
    service =
        RunningService.start(
            broker.bootstrapServers(),
            artifacts,
            // Nobody is refused for a machine that is busy otherwise.
            Map.of("facealign.inference.admission.max-wait", "20s"));
  }

  @AfterAll
  void stop() {
    service.close();
    broker.close();
  }

  @Test
  void promotesComparesAndRollsBack() {
    // Given three models and an alias that nobody uses
    ModelManifest a = newModel("a");
    ModelManifest b = newModel("b");
    ModelManifest c = newModel("c");

    // When / Then: an alias that must be unassigned is
    AliasAssignment first = promote(a, "stable", "");
    assertThat(first.getVersion()).isEqualTo(a.getVersion());
    assertThat(first.getPreviousVersionsList()).isEmpty();
    assertThat(first.getReason()).isEqualTo("because");
    assertThat(first.hasAssignedAt()).isTrue();

    // And one that somebody moved meanwhile is not moved
    StatusRuntimeException moved =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> promote(b, "stable", c.getVersion()));
    assertThat(moved.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(moved.getStatus().getDescription())
        .contains("stable", a.getVersion(), c.getVersion());
    assertThat(
            catchThrowableOfType(StatusRuntimeException.class, () -> promote(b, "stable", ""))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.ABORTED);

    // And moving and moving back keep their history
    promote(b, "stable", a.getVersion());
    assertThat(promote(c, "stable", null).getPreviousVersionsList())
        .containsExactly(b.getVersion(), a.getVersion());
    assertThat(promote(c, "stable", null).getPreviousVersionsList())
        .as("no move")
        .containsExactly(b.getVersion(), a.getVersion());
    assertThat(rollback("stable").getVersion()).isEqualTo(b.getVersion());
    assertThat(rollback("stable").getVersion()).isEqualTo(a.getVersion());
    StatusRuntimeException none =
        catchThrowableOfType(StatusRuntimeException.class, () -> rollback("stable"));
    assertThat(none.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);

    // And everybody sees it
    Model model =
        service.models().getModel(GetModelRequest.newBuilder().setModel("stable").build());
    assertThat(model.getManifest()).isEqualTo(a);
    assertThat(model.getAliasesList()).contains("stable");
    assertThat(
            service
                .models()
                .listModels(ListModelsRequest.newBuilder().setName(b.getName()).build())
                .getModelsList())
        .singleElement()
        .satisfies(m -> assertThat(m.getManifest()).isEqualTo(b));
  }

  @Test
  void refusesWhatCannotBePromoted() throws Exception {
    ModelManifest damaged = newModel("damaged");
    Path file = service.store().open(ArtifactKind.MODEL, damaged.getVersion()).file("model.onnx");
    Files.write(file, new byte[] {1, 2, 3});

    assertThat(code(() -> promote("nobody", "x", null))).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(code(() -> promote("", "x", null))).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(code(() -> promote(damaged.getVersion(), "a/b", null)))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(code(() -> promote(damaged, "x", null))).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(code(() -> rollback("x"))).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(
            code(
                () ->
                    service.models().getModel(GetModelRequest.newBuilder().setModel("x").build())))
        .as("the alias was not assigned")
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void shadowTrafficIsOffUnlessSwitchedOn() {
    assertThat(
            code(
                () ->
                    service
                        .models()
                        .getShadowComparison(GetShadowComparisonRequest.getDefaultInstance())))
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void changesTheChampionUnderLoadWithoutAFailedRequest() throws Exception {
    // Given a champion, and a stream that never pauses
    List<ModelManifest> versions = List.of(newModel("p"), newModel("q"), newModel("r"));
    promote(versions.get(0), "", null);
    assertThat(service.landmarks().detectImage(REQUEST).getModelVersion())
        .isEqualTo(versions.get(0).getVersion());
    Detecting stream = Detecting.open(service.streaming());
    AtomicInteger sent = new AtomicInteger();
    Thread load =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                if (stream.takesMore()) {
                  stream.send(REQUEST);
                  sent.incrementAndGet();
                }
              }
            });
    load.start();

    // When the champion changes again and again
    for (int i = 1; i <= 12; i++) {
      ModelManifest next = versions.get(i % 3);
      AliasAssignment assignment =
          promote(next, "champion", versions.get((i - 1) % 3).getVersion());
      assertThat(assignment.getVersion()).isEqualTo(next.getVersion());
      assertThat(service.landmarks().detectImage(REQUEST).getModelVersion())
          .as("it serves when the promotion is told")
          .isEqualTo(next.getVersion());
    }
    load.interrupt();
    load.join();
    List<DetectResponse> answers = stream.finish();

    // Then
    assertThat(answers).hasSize(sent.get()).noneMatch(DetectResponse::hasError);
    assertThat(answers.stream().map(DetectResponse::getModelVersion).collect(Collectors.toSet()))
        .isSubsetOf(versions.stream().map(ModelManifest::getVersion).toList())
        .hasSizeGreaterThan(1);
  }

  @Test
  void aChampionSurvivesARestartAndAnAliasToADamagedModelDoesNot() throws Exception {
    // Given a champion
    ModelManifest good = newModel("good");
    promote(good, "", null);

    // When another instance starts
    try (RunningService other =
        RunningService.start(broker.bootstrapServers(), artifacts, Map.of())) {
      // Then it serves the same
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(other.bean(ServingModels.class).champion())
                      .contains(good.getVersion()));
      assertThat(other.landmarks().detectImage(REQUEST).getModelVersion())
          .isEqualTo(good.getVersion());

      // And when the artifact is damaged, promoting another instance's way changes nothing here
      ModelManifest bad = newModel("bad");
      Files.write(
          service.store().open(ArtifactKind.MODEL, bad.getVersion()).file("model.onnx"),
          new byte[] {1});
      assertThat(code(() -> promote(bad, "champion", null))).isEqualTo(Status.Code.DATA_LOSS);
      assertThat(other.landmarks().detectImage(REQUEST).getModelVersion())
          .isEqualTo(good.getVersion());
    }
  }

  @Test
  void watchersAreToldWhatIsAndWhatComes() {
    // Given
    ModelManifest before = newModel("before");
    List<ModelRecord> told = new CopyOnWriteArrayList<>();
    ModelsGrpc.newStub(service.channel())
        .watchModels(
            WatchModelsRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(ModelRecord record) {
                told.add(record);
              }

              @Override
              public void onError(Throwable failure) {}

              @Override
              public void onCompleted() {}
            });
    await().until(() -> told.stream().anyMatch(record -> record.getModel().equals(before)));

    // When
    ModelManifest after = newModel("after");
    AliasAssignment assignment = promote(after, "watched", null);

    // Then
    await()
        .untilAsserted(
            () ->
                assertThat(told)
                    .contains(
                        ModelRecord.newBuilder().setModel(after).build(),
                        ModelRecord.newBuilder().setAlias(assignment).build()));
  }

  private ModelManifest newModel(String name) {
    int number = models.incrementAndGet();
    return service.announce(
        TestModels.constant(service.store(), name + "-" + number, 0.2 + number / 1000.0));
  }

  private AliasAssignment promote(ModelManifest model, String alias, @Nullable String expected) {
    return promote(model.getVersion(), alias, expected);
  }

  private AliasAssignment promote(String model, String alias, @Nullable String expected) {
    PromoteModelRequest.Builder request =
        PromoteModelRequest.newBuilder().setModel(model).setAlias(alias).setReason("because");
    if (expected != null) {
      request.setExpectedCurrent(expected);
    }
    return service.models().promoteModel(request.build());
  }

  private AliasAssignment rollback(String alias) {
    return service
        .models()
        .rollbackModel(RollbackModelRequest.newBuilder().setAlias(alias).setReason("oops").build());
  }

  private static Status.Code code(ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call).getStatus().getCode();
  }
}
