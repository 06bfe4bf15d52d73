package dev.facealign.evaluation;

import static dev.facealign.evaluation.EvaluationGround.goOn;
import static dev.facealign.evaluation.EvaluationGround.request;
import static dev.facealign.evaluation.EvaluationGround.withoutTime;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.facealign.render.RenderedDataset;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import dev.facealign.v1.GetEvaluationRequest;
import dev.facealign.v1.ListFaceResultsRequest;
import dev.facealign.v1.UnfinishedEvaluation;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations that are interrupted, over a real broker and a real service that is started anew. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluationRestartTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int FACES = EvaluationGround.FACES;

  private Path folder;
  private EvaluationGround ground;
  private FakeInference inference;
  private RunningEvaluation service;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    ground = new EvaluationGround(folder);
    inference = ground.inference();
    service = running();
  }

  private RunningEvaluation running() {
    return ground.start(Map.of("facealign.inference.max-in-flight", 2));
  }

  @BeforeEach
  void forget() throws IOException {
    inference.forget();
    Path runs = folder.resolve("artifacts/evaluation-runs");
    if (Files.isDirectory(runs)) {
      try (Stream<Path> files = Files.walk(runs)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @AfterAll
  void stop() {
    service.close();
    ground.close();
  }

  private Context.CancellableContext standStill(EvaluateRequest request, int after) {
    return ground.standStill(service, request, after, after);
  }

  private List<UnfinishedEvaluation> unfinished() {
    return service.unfinished();
  }

  @Test
  void anEvaluationGoesOnAfterTheServiceWasStoppedAndComesToTheSameReport() {
    // Given: one undisturbed, and one that the service stops in the middle of
    String version = ground.uneven("stopped");
    Evaluation undisturbed = service.evaluate(request("stopped"));
    Context.CancellableContext lost = standStill(request("stopped"), 9);
    service.close();
    inference.asked.clear();
    inference.speak();

    // When
    service = running();

    // Then: it is known, and stands still
    List<UnfinishedEvaluation> unfinished = unfinished();
    assertThat(unfinished).hasSize(1);
    UnfinishedEvaluation run = unfinished.get(0);
    assertThat(run.getRunning()).isFalse();
    assertThat(run.getModelVersion()).isEqualTo(version);
    assertThat(run.getRequest()).isEqualTo(request("stopped"));
    assertThat(run.getDataset()).isEqualTo(undisturbed.getDataset());
    assertThat(run.getFacesDone()).isEqualTo(9);

    // When
    List<EvaluateProgress> messages = service.progress(goOn(run.getEvaluationId()));
    Evaluation report = messages.get(messages.size() - 1).getResult();

    // Then: only what was not answered was asked for
    assertThat(inference.asked).hasSize(FACES - 9);
    assertThat(report.getEvaluationId()).isEqualTo(run.getEvaluationId());
    assertThat(messages)
        .allMatch(message -> message.getEvaluationId().equals(run.getEvaluationId()));
    assertThat(withoutTime(report)).isEqualTo(withoutTime(undisturbed));
    assertThat(unfinished()).isEmpty();
    assertThat(folder.resolve("artifacts/evaluation-runs")).isEmptyDirectory();

    // Then: asked for once more, it is there
    assertThat(service.evaluate(goOn(run.getEvaluationId()))).isEqualTo(report);
    assertThat(inference.asked).hasSize(FACES - 9);
    lost.cancel(null);
  }

  @Test
  void aServiceThatDiedLeavesWhatItsAnswersCameTo() throws IOException {
    // Given: the files as they are in the middle of a run, its last record half written
    ground.uneven("killed");
    Evaluation undisturbed = service.evaluate(request("killed"));
    Context.CancellableContext call = standStill(request("killed"), 5);
    String id = unfinished().get(0).getEvaluationId();
    Path runs = folder.resolve("artifacts/evaluation-runs");
    Path copy = folder.resolve("as-it-was");
    copy(runs.resolve(id), copy);
    call.cancel(null);
    service.close();
    copy(copy, runs.resolve(id));
    Path answers = runs.resolve(id).resolve(undisturbed.getModelVersion() + ".answers");
    byte[] written = Files.readAllBytes(answers);
    Files.write(answers, java.util.Arrays.copyOf(written, written.length - 3));
    inference.speak();
    inference.asked.clear();

    // When
    service = running();
    Evaluation report = service.evaluate(goOn(id));

    // Then
    assertThat(inference.asked).hasSize(FACES - 4);
    assertThat(withoutTime(report)).isEqualTo(withoutTime(undisturbed));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            to.resolve(String.valueOf(file.getFileName())),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Test
  void aCallerThatLostItsStreamTakesTheEvaluationOver() {
    // Given: the call before still runs, on answers that do not come
    ground.uneven("taken-over");
    Context.CancellableContext before = standStill(request("taken-over"), 3);
    UnfinishedEvaluation run = unfinished().get(0);
    assertThat(run.getRunning()).isTrue();
    inference.speak();

    // When
    Evaluation report = service.evaluate(goOn(run.getEvaluationId()));

    // Then
    assertThat(report.getSubsets(0).getFaces()).isEqualTo(FACES);
    assertThat(report.getSubsets(0).getInvalid()).isZero();
    assertThat(unfinished()).isEmpty();
    before.cancel(null);
  }

  @Test
  void theRunStaysOnItsVersionThoughTheChampionChangesWhileItRunsOrStandsStill() {
    // Given: the champion is measured
    String first = ground.uneven("champion-first");
    String second = inference.publish("champion-second", "68", 7);
    inference.champion = first;
    Context.CancellableContext call = standStill(request("champion"), 4);

    // When: another becomes champion in the middle
    inference.champion = second;
    call.cancel(null);
    inference.speak();
    await().atMost(SOON).until(() -> unfinished().stream().noneMatch(run -> run.getRunning()));
    Evaluation report = service.evaluate(goOn(unfinished().get(0).getEvaluationId()));

    // Then
    assertThat(report.getModelVersion()).isEqualTo(first);
    assertThat(inference.asked).allMatch(asked -> asked.getModel().equals(first));
    assertThat(service.evaluate(request("champion")).getModelVersion()).isEqualTo(second);
  }

  @Test
  void facesThatHaveChangedAreNotMixed() throws IOException {
    // Given
    RenderedDataset.write(folder.resolve("datasets/changing"), 0, 6, 48, 8);
    inference.learn(ground.faces("changing"));
    inference.publish("changed", "68", 1);
    EvaluateRequest request =
        request("changed").toBuilder()
            .setDataset(DatasetRef.newBuilder().setName("changing"))
            .build();
    Context.CancellableContext call = standStill(request, 2);
    String id = unfinished().get(0).getEvaluationId();
    call.cancel(null);
    inference.speak();

    // When
    Files.delete(folder.resolve("datasets/changing/rendered/testset/face_00003.pts"));

    // Then
    StatusRuntimeException refusal = failure(() -> service.evaluate(goOn(id)));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusal.getStatus().getDescription())
        .contains("dataset changing: the faces of test have changed");
  }

  @Test
  void goingOnIsRefusedForWhatIsNotThereAndBesideOtherFields() {
    for (String id : List.of("20200101-000000-00000000", "../../etc", "x")) {
      assertThat(failure(() -> service.evaluate(goOn(id))).getStatus().getCode())
          .isEqualTo(Status.Code.NOT_FOUND);
    }
    assertThat(
            failure(
                    () ->
                        service.evaluate(
                            goOn("20200101-000000-00000000").toBuilder()
                                .setBoxSource(BoxSource.BOX_SOURCE_DETECTOR)
                                .build()))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void facesThatAreTooManyForAMessageAreListedOneByOne() {
    // Given: answers with so many points that few faces fill a message
    inference.publish("listed", "68", 1);
    Evaluation few = service.evaluate(request("listed"));

    // When
    List<FaceResult> listed = listFaces(few.getEvaluationId(), false);

    // Then: also of reports that list them themselves
    assertThat(few.getFacesLeftOut()).isFalse();
    assertThat(listed).isEqualTo(few.getFacesList());
    assertThat(listFaces(few.getEvaluationId(), true)).isEmpty();
    assertThat(failure(() -> listFaces("20200101-000000-00000000", false)).getStatus().getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(
            service
                .client()
                .getEvaluation(
                    GetEvaluationRequest.newBuilder()
                        .setEvaluationId(few.getEvaluationId())
                        .build()))
        .isEqualTo(few);
  }

  private List<FaceResult> listFaces(String id, boolean invalidOnly) {
    List<FaceResult> listed = new ArrayList<>();
    service
        .client()
        .listFaceResults(
            ListFaceResultsRequest.newBuilder()
                .setEvaluationId(id)
                .setInvalidOnly(invalidOnly)
                .build())
        .forEachRemaining(listed::add);
    return listed;
  }

  private static StatusRuntimeException failure(ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call);
  }
}
