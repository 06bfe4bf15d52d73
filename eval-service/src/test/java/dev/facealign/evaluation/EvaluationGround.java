package dev.facealign.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.render.RenderedDataset;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.UnfinishedEvaluation;
import io.grpc.Context;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What evaluations need: a broker, rendered faces, an inference service that knows the truth about
 * them; and eval-services beside them.
 */
final class EvaluationGround implements AutoCloseable {
  /** Faces of the dataset {@value #DATASET}. */
  static final int FACES = 24;

  static final String DATASET = "drawn";

  private static final Duration SOON = Duration.ofSeconds(20);

  private final Path folder;
  private final EmbeddedBroker broker;
  private final FakeInference inference = new FakeInference();
  private final List<FaceSample> faces;

  /**
   * @param folder gets the folders {@code artifacts} and {@code datasets}
   */
  EvaluationGround(Path folder) {
    this.folder = folder;
    RenderedDataset.write(folder.resolve("datasets").resolve(DATASET), 2, FACES, 48, 5);
    faces = faces(DATASET);
    inference.learn(faces);
    broker = EmbeddedBroker.startTemporary();
  }

  FakeInference inference() {
    return inference;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  List<FaceSample> faces() {
    return faces;
  }

  /** The test faces of a dataset. */
  List<FaceSample> faces(String dataset) {
    return new DatasetCatalog(folder.resolve("datasets")).open(dataset, "test", "68").faces();
  }

  /** Starts a service in this process and waits until it serves. */
  RunningEvaluation start(Map<String, Object> more) {
    RunningEvaluation started =
        RunningEvaluation.start(broker.bootstrapServers(), inference.address(), folder, more);
    await().atMost(SOON).until(() -> started.health() == ServingStatus.SERVING);
    return started;
  }

  /** A model each of whose faces is off by another distance; gives its version. */
  String uneven(String name) {
    return inference.publish(
        name,
        "68",
        (face, request) ->
            FakeInference.answer(
                FakeInference.moved(face, 0.3 + 0.1 * faces.indexOf(face)), request));
  }

  /**
   * Begins, or goes on with, an evaluation that stands still after some answers.
   *
   * @param answers that are given
   * @param done faces that have an answer then
   */
  Context.CancellableContext standStill(
      EvaluationClient service, EvaluateRequest request, int answers, int done) {
    inference.fallSilentAfter(answers);
    Context.CancellableContext call = service.begin(request);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(service.unfinished())
                    .extracting(UnfinishedEvaluation::getFacesDone)
                    .containsExactly(done));
    return call;
  }

  /** To measure a model on all faces. */
  static EvaluateRequest request(String model) {
    return EvaluateRequest.newBuilder()
        .setDataset(DatasetRef.newBuilder().setName(DATASET))
        .setModel(model)
        .build();
  }

  /** To go on with an evaluation. */
  static EvaluateRequest goOn(String id) {
    return EvaluateRequest.newBuilder().setEvaluationId(id).build();
  }

  /** A report without what is another one each time. */
  static Evaluation withoutTime(Evaluation report) {
    return report.toBuilder().clearEvaluationId().clearCreatedAt().clearFacesPerSecond().build();
  }

  @Override
  public void close() {
    inference.close();
    broker.close();
  }
}
