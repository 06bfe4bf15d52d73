package dev.facealign.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.dataset.DatasetCatalog;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.service.Readiness;
import dev.facealign.render.RenderedDataset;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.CompareEvaluationsRequest;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.EvaluationsGrpc;
import dev.facealign.v1.GetEvaluationRequest;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.SubsetMetrics;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as its users see it, over an inference service whose predictions are known. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class EvaluationServiceTest {
  private static final int FACES = 40;
  private static final String GOOD = "good0000";
  private static final String BETTER = "better00";
  private static final String FAR = "far00000";
  private static final String OTHER = "other000";

  @TempDir private static Path folder;

  private static EmbeddedBroker broker;
  private static KnownInference inference;
  private static ApplicationContext service;
  private static ManagedChannel channel;
  private static EvaluationsGrpc.EvaluationsBlockingStub evaluations;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.startTemporary();
    RenderedDataset.write(folder.resolve("datasets/faces"), 2, FACES, 64, 3);
    var faces = new DatasetCatalog(folder.resolve("datasets")).open("faces", "test", "68");
    inference = new KnownInference(faces, Map.of(GOOD, 0.05, BETTER, 0.03, FAR, 3.0, OTHER, 0.01));
    service = service();
    channel =
        Grpc.newChannelBuilder("127.0.0.1:" + port(service), InsecureChannelCredentials.create())
            .build();
    evaluations = EvaluationsGrpc.newBlockingStub(channel);
  }

  private static ApplicationContext service() {
    ApplicationContext context =
        ApplicationContext.run(
            Map.of(
                "facealign.kafka.bootstrap-servers", broker.bootstrapServers(),
                "facealign.artifacts.root", folder.resolve("artifacts").toString(),
                "facealign.datasets.root", folder.resolve("datasets").toString(),
                "facealign.inference.address", inference.address(),
                "grpc.server.port", "${random.port}",
                "micronaut.server.port", -1));
    context.getBean(GrpcEmbeddedServer.class).start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !context.getBean(Readiness.class).unmet().containsKey("evaluations"));
    return context;
  }

  private static int port(ApplicationContext context) {
    return context.getBean(GrpcEmbeddedServer.class).getPort();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    service.close();
    inference.close();
    broker.close();
  }

  @BeforeEach
  void wellBehaved() {
    inference.champion = null;
    inference.unreadable = Set.of();
    inference.notANumber = Set.of();
    inference.busyAtFirst = Set.of();
  }

  @Test
  void aKnownErrorIsMeasured() throws Exception {
    // Given
    inference.busyAtFirst = Set.of(3, 4);

    // When
    Evaluation report = evaluate(request(GOOD));

    // Then
    SubsetMetrics all = report.getSubsets(0);
    assertThat(all.getFaces()).isEqualTo(FACES);
    assertThat(all.getInvalid()).isZero();
    assertThat(all.getNmeInterOcular()).isCloseTo(0.05, within(1e-6));
    assertThat(all.getAucAt010()).isCloseTo(0.5, within(1e-5));
    assertThat(all.getFrAt008()).isZero();
    assertThat(all.getNmeInterPupil()).isGreaterThan(all.getNmeInterOcular());
    assertThat(report.getFacesList()).hasSize(FACES);
    assertThat(report.getFaces(0).getPredictedCount()).isEqualTo(136);
    assertThat(report.hasPromotion()).isFalse();

    // And it is found again, with and without its faces
    assertThat(
            evaluations.getEvaluation(
                GetEvaluationRequest.newBuilder()
                    .setEvaluationId(report.getEvaluationId())
                    .build()))
        .isEqualTo(report);
    assertThat(
            evaluations
                .listEvaluations(ListEvaluationsRequest.newBuilder().setModelVersion(GOOD).build())
                .getEvaluationsList())
        .contains(report.toBuilder().clearFaces().build());
    assertThat(
            Files.readString(
                service
                    .getBean(ArtifactStore.class)
                    .open(ArtifactKind.EVALUATION, report.getEvaluationId())
                    .file("ced.svg")))
        .startsWith("<svg")
        .contains("NME 5.00 %");
  }

  @Test
  void invalidFacesAreListedAndCountedAndNeverAveragedIn() {
    // Given
    inference.unreadable = Set.of(0);
    inference.notANumber = Set.of(1);

    // When
    Evaluation report = evaluate(request(GOOD));

    // Then
    SubsetMetrics all = report.getSubsets(0);
    assertThat(all.getFaces()).isEqualTo(FACES);
    assertThat(all.getInvalid()).isEqualTo(2);
    assertThat(all.getNmeInterOcular()).isCloseTo(0.05, within(1e-6));
    assertThat(all.getFrAt010())
        .as("a failure at every threshold")
        .isCloseTo(2.0 / FACES, within(1e-12));
    assertThat(report.getFaces(0).getInvalidReason()).isEqualTo("IMAGE_UNREADABLE: told to");
    assertThat(report.getFaces(1).getInvalidReason()).contains("no number");
    assertThat(report.getFaces(1).hasNme()).isFalse();
  }

  @Test
  void theBetterModelIsPromotedAndTheWorseIsNot() {
    // When there is no champion
    Evaluation first = evaluate(request(GOOD).setPromoteIfBetter(true));

    // Then
    assertThat(first.getPromotion().getPromoted()).isTrue();
    assertThat(inference.champion).isEqualTo(GOOD);

    // When a better one comes; the champion's report on the same faces is at hand
    int before = inference.predictions.get();
    Evaluation second = evaluate(request(BETTER).setPromoteIfBetter(true));

    // Then
    assertThat(second.getPromotion().getPromoted()).isTrue();
    assertThat(second.getPromotion().getChampionBefore()).isEqualTo(GOOD);
    assertThat(second.getPromotion().getChampionNme()).isCloseTo(0.05, within(1e-6));
    assertThat(inference.champion).isEqualTo(BETTER);
    assertThat(inference.predictions.get() - before)
        .as("only the challenger is measured")
        .isEqualTo(FACES);

    // When a worse one comes
    Evaluation third = evaluate(request(GOOD).setPromoteIfBetter(true));

    // Then
    assertThat(third.getPromotion().getPromoted()).isFalse();
    assertThat(third.getPromotion().getReason()).contains("5.000 %").contains("3.000 %");
    assertThat(inference.champion).isEqualTo(BETTER);
    assertThat(
            evaluations
                .compareEvaluations(
                    CompareEvaluationsRequest.newBuilder()
                        .addEvaluationIds(third.getEvaluationId())
                        .addEvaluationIds(second.getEvaluationId())
                        .build())
                .getNmeDifferenceToFirst(1))
        .isCloseTo(-0.02, within(1e-6));
  }

  @Test
  void aModelDoesNotWinByFailingOnFaces() {
    // Given
    inference.champion = GOOD;
    evaluate(request(GOOD));
    inference.unreadable = Set.of(5);

    // When
    Evaluation report = evaluate(request(BETTER).setPromoteIfBetter(true));

    // Then
    assertThat(report.getPromotion().getPromoted()).isFalse();
    assertThat(inference.champion).isEqualTo(GOOD);
  }

  @Test
  void reportsOutliveTheService() {
    // Given
    Evaluation report = evaluate(request(GOOD));

    // When
    try (ApplicationContext another = service()) {
      ManagedChannel toAnother =
          Grpc.newChannelBuilder("127.0.0.1:" + port(another), InsecureChannelCredentials.create())
              .build();

      // Then
      assertThat(
              EvaluationsGrpc.newBlockingStub(toAnother)
                  .getEvaluation(
                      GetEvaluationRequest.newBuilder()
                          .setEvaluationId(report.getEvaluationId())
                          .build()))
          .isEqualTo(report);
      toAnother.shutdownNow();
    }
  }

  @Test
  void faultyRequestsAreRefusedByName() {
    assertStatus(request("nothing0"), Status.Code.NOT_FOUND, "model: nothing0");
    assertStatus(
        request(GOOD).setDataset(DatasetRef.newBuilder().setName("gone")),
        Status.Code.NOT_FOUND,
        "dataset: gone");
    assertStatus(
        request(GOOD).setDataset(DatasetRef.newBuilder().setName("faces").setSplit("challenging")),
        Status.Code.FAILED_PRECONDITION,
        "");
    assertStatus(request(OTHER), Status.Code.FAILED_PRECONDITION, "model.scheme: 29 (expected: 68");
    assertStatus(request(GOOD).setBoxSourceValue(9), Status.Code.INVALID_ARGUMENT, "box_source: 9");
  }

  @Test
  void aFoundFaceElsewhereIsNoPredictionOfThisOne() {
    // When the detector finds the faces where they are
    Evaluation near = evaluate(request(BETTER).setBoxSource(BoxSource.BOX_SOURCE_DETECTOR));

    // Then
    assertThat(near.getSubsets(0).getInvalid()).isZero();
    assertThat(near.getBoxSource()).isEqualTo(BoxSource.BOX_SOURCE_DETECTOR);

    // When it finds something three eye distances away
    Evaluation far = evaluate(request(FAR).setBoxSource(BoxSource.BOX_SOURCE_DETECTOR));

    // Then
    assertThat(far.getSubsets(0).getInvalid()).isEqualTo(FACES);
    assertThat(far.getFaces(0).getInvalidReason()).contains("no face was found");
  }

  private static EvaluateRequest.Builder request(String model) {
    return EvaluateRequest.newBuilder()
        .setModel(model)
        .setDataset(DatasetRef.newBuilder().setName("faces").setSplit("test"));
  }

  private static Evaluation evaluate(EvaluateRequest.Builder request) {
    Evaluation result = Evaluation.getDefaultInstance();
    var progress = evaluations.withDeadlineAfter(60, TimeUnit.SECONDS).evaluate(request.build());
    while (progress.hasNext()) {
      EvaluateProgress step = progress.next();
      if (step.hasResult()) {
        result = step.getResult();
      }
    }
    return result;
  }

  private static void assertStatus(
      EvaluateRequest.Builder request, Status.Code code, String message) {
    assertThatThrownBy(() -> evaluate(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).startsWith(message);
            });
  }
}
