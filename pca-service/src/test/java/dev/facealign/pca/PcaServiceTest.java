package dev.facealign.pca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.Landmarks;
import dev.facealign.platform.artifact.ContentHash;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.BoxJitter;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.ComponentPolicy;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.GetShapeModelRequest;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.Shape;
import dev.facealign.v1.ShapeAlignment;
import dev.facealign.v1.ShapeModel;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.SmoothFace;
import dev.facealign.v1.SmoothRequest;
import dev.facealign.v1.SmoothResponse;
import dev.facealign.v1.WatchShapeModelsRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two pca-services over one real broker and one store. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PcaServiceTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private Path folder;
  private EmbeddedBroker broker;
  private RunningPca pca;
  private RunningPca other;
  private AnnotationsFixture annotations;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    annotations = new AnnotationsFixture(folder.resolve("datasets"));
    broker = EmbeddedBroker.startTemporary();
    pca = RunningPca.start(broker.bootstrapServers(), folder);
    other = RunningPca.start(broker.bootstrapServers(), folder);
    await().atMost(SOON).until(() -> pca.health() == ServingStatus.SERVING);
    await().atMost(SOON).until(() -> other.health() == ServingStatus.SERVING);
  }

  @AfterAll
  void stop() {
    pca.close();
    other.close();
    broker.close();
  }

  @Test
  void fitsStoresAndAnnouncesAShapeModelOnce() throws Exception {
    // Given
    String dataset = annotations.dataset("faces", 250);

    // When
    List<FitShapeModelProgress> messages = pca.fit(fit(dataset));
    ShapeModelSummary summary = result(messages);
    ShapeModelSummary again = result(pca.fit(fit(dataset)));

    // Then: progress
    assertThat(messages.get(0).getFacesRead()).isEqualTo(1);
    assertThat(messages).allMatch(message -> message.getFacesTotal() == 250);
    assertThat(messages).extracting(FitShapeModelProgress::getFacesRead).isSorted();

    // Then: the summary
    assertThat(summary.getScheme()).isEqualTo("68");
    assertThat(summary.getLandmarkCount()).isEqualTo(68);
    assertThat(summary.getCropPolicy()).isEqualTo(CropPolicy.CROP_POLICY_SQUARE_V1);
    assertThat(summary.getDataset().getFaces()).isEqualTo(250);
    assertThat(summary.getDataset().getDataset().getSplit()).isEqualTo("train");
    // Two sums of coordinates are fixed by the crop at most, so nearly all directions vary.
    assertThat(summary.getComponents()).isBetween(100, 136);
    assertThat(summary.getComponentsByVarianceList()).hasSize(5).isSorted();

    // Then: the version is the file's hash, the same fit is the same publication
    assertThat(again).isEqualTo(summary);
    Path file =
        folder.resolve("artifacts/shape-models").resolve(summary.getVersion() + "/shape-model.pb");
    assertThat(ContentHash.sha256(file)).isEqualTo(summary.getVersion());
    assertThat(announcements(summary.getVersion())).containsExactly(summary);

    // Then: it can be had by a prefix, whole
    ShapeModel model = pca.client().getShapeModel(get(summary.getVersion().substring(0, 8)));
    assertThat(model.getVersion()).isEqualTo(summary.getVersion());
    assertThat(model.toBuilder().clearVersion().build())
        .isEqualTo(ShapeModel.parseFrom(Files.readAllBytes(file)));
    assertThat(model.getMeanCount()).isEqualTo(136);
    assertThat(model.getEigenvaluesCount()).isEqualTo(summary.getComponents());
    assertThat(model.getEigenvaluesList()).isSortedAccordingTo(Collections.reverseOrder());
    assertThat(model.getEigenvectorsCount()).isEqualTo(136 * summary.getComponents());
    assertThat(
            pca.client()
                .listShapeModels(ListShapeModelsRequest.getDefaultInstance())
                .getShapeModelsList())
        .contains(summary);

    // Then: the fits are counted
    MeterRegistry metrics = pca.bean(MeterRegistry.class);
    assertThat(metrics.get("facealign.pca.fits").tag("outcome", "ok").timer().count())
        .isGreaterThanOrEqualTo(2);
    assertThat(metrics.get("facealign.pca.faces.read").counter().count())
        .isGreaterThanOrEqualTo(500);
  }

  @Test
  void answersWithTheComponentsThatExist() {
    // Given: five faces, one of them twice
    String dataset = annotations.dataset("few", 4);
    Landmarks twice = AnnotationsFixture.points(new Random(7), 68);
    annotations.write(dataset, "twin_a", twice);
    annotations.write(dataset, "twin_b", twice);

    // When
    ShapeModelSummary summary = result(pca.fit(fit(dataset)));

    // Then: five different faces span four directions
    assertThat(summary.getDataset().getFaces()).isEqualTo(6);
    assertThat(summary.getComponents()).isEqualTo(4);
    assertThat(summary.getComponentsByVarianceList()).allMatch(count -> count >= 1 && count <= 4);
  }

  @Test
  void facesThatAreAllTheSameGiveAModelWithoutComponents() {
    // Given
    Landmarks face = AnnotationsFixture.points(new Random(3), 68);
    for (int i = 0; i < 4; i++) {
      annotations.write("same", "face_" + i, face);
    }

    // When
    ShapeModelSummary summary = result(pca.fit(fit("same")));
    Shape mean =
        Shape.newBuilder()
            .addAllCoordinates(pca.client().getShapeModel(get(summary.getVersion())).getMeanList())
            .build();

    // Then
    assertThat(summary.getComponents()).isZero();
    assertThat(summary.getComponentsByVarianceList()).containsOnly(0);
    SmoothResponse smooth =
        pca.client()
            .smooth(
                SmoothRequest.newBuilder().setVersion(summary.getVersion()).addFaces(mean).build());
    assertThat(smooth.getFaces(0).getPhiPerCoordinateList()).containsOnly(0.0);
  }

  @Test
  void alignsByProcrustesInTwoPassesAndRecordsHowFacesWereNormalised() {
    // Given
    String dataset = annotations.dataset("aligned", 30);
    FitShapeModelRequest request =
        fit(dataset).toBuilder()
            .setAlignment(ShapeAlignment.SHAPE_ALIGNMENT_PROCRUSTES)
            .setBoxSource(BoxSource.BOX_SOURCE_JITTERED)
            .setBoxJitter(BoxJitter.newBuilder().setShiftShare(0.1).setSeed(5))
            .build();

    // When
    List<FitShapeModelProgress> messages = pca.fit(request);
    ShapeModelSummary summary = result(messages);
    ShapeModelSummary plain = result(pca.fit(fit(dataset)));

    // Then
    FitShapeModelProgress last = messages.get(messages.size() - 1);
    assertThat(last.getFacesRead()).isEqualTo(60);
    assertThat(last.getFacesTotal()).isEqualTo(60);
    assertThat(summary.getDataset()).isEqualTo(plain.getDataset());
    assertThat(summary.getDataset().getFaces()).isEqualTo(30);
    assertThat(summary.getAlignment()).isEqualTo(ShapeAlignment.SHAPE_ALIGNMENT_PROCRUSTES);
    assertThat(summary.getBoxSource()).isEqualTo(BoxSource.BOX_SOURCE_JITTERED);
    assertThat(summary.getBoxJitter())
        .isEqualTo(BoxJitter.newBuilder().setShiftShare(0.1).setScaleShare(0.1).setSeed(5).build());
    ShapeModel model = pca.client().getShapeModel(get(summary.getVersion()));
    assertThat(model.getProcrustesMeanCount()).isEqualTo(136);
    assertThat(model.getLandmarkScheme().getId()).isEqualTo("68");
    assertThat(model.getBoxJitter()).isEqualTo(summary.getBoxJitter());
    assertThat(plain.getVersion()).isNotEqualTo(summary.getVersion());
    assertThat(plain.getAlignment()).isEqualTo(ShapeAlignment.SHAPE_ALIGNMENT_NONE);
    assertThat(plain.getBoxSource()).isEqualTo(BoxSource.BOX_SOURCE_GROUND_TRUTH);
    assertThat(plain.hasBoxJitter()).isFalse();
  }

  @Test
  void refusesADatasetThatChangesBetweenTheTwoPasses() {
    // Given
    String dataset = annotations.dataset("changing", 5);
    FitSettings settings =
        FitSettings.of(
            fit(dataset).toBuilder()
                .setAlignment(ShapeAlignment.SHAPE_ALIGNMENT_PROCRUSTES)
                .build());

    // When
    Throwable thrown =
        catchThrowable(
            () ->
                pca.bean(ShapeModelFit.class)
                    .fit(
                        settings,
                        (read, total) -> {
                          if (read == total / 2) {
                            annotations.write(
                                dataset,
                                "face_00002",
                                AnnotationsFixture.points(new Random(9), 68));
                          }
                        }));

    // Then
    assertThat(thrown)
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("in the second pass (expected: ")
        .hasMessageContaining("changed meanwhile");
  }

  @Test
  void refusesAModelWhoseBytesWereChangedOnDisk() throws Exception {
    // Given
    ShapeModelSummary summary = result(pca.fit(fit(annotations.dataset("damaged", 4))));
    Path file =
        folder.resolve("artifacts/shape-models").resolve(summary.getVersion() + "/shape-model.pb");
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);

    // When
    StatusRuntimeException got =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> pca.client().getShapeModel(get(summary.getVersion())));
    StatusRuntimeException smoothed =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                pca.client()
                    .smooth(SmoothRequest.newBuilder().setVersion(summary.getVersion()).build()));

    // Then
    for (StatusRuntimeException error : List.of(got, smoothed)) {
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.DATA_LOSS);
      assertThat(error.getStatus().getDescription())
          .contains("shape-models/" + summary.getVersion())
          .contains("shape-model.pb has " + content.length + " bytes, sha256 ")
          .contains("(expected: ");
    }
  }

  @Test
  void refusesWhatNoShapeModelCanBeFittedTo() {
    // Given
    annotations.dataset("single", 1);
    annotations.dataset("empty", 0);
    annotations.dataset("short", 3);
    annotations.addText("short", "face_00009", "version: 1\nn_points: 2\n{\n1 1\n2 2\n}\n");
    annotations.dataset("nan", 3);
    annotations.addText(
        "nan", "face_00009", "version: 1\nn_points: 68\n{\n" + "NaN 1\n".repeat(68) + "}\n");
    annotations.dataset("point", 3);
    annotations.addText(
        "point", "face_00009", "version: 1\nn_points: 68\n{\n" + "5 5\n".repeat(68) + "}\n");
    int before = stored();

    // Then
    assertRefused(fit("single"), Status.Code.FAILED_PRECONDITION, "faces: 1 (expected: >= 2");
    assertRefused(fit("short"), Status.Code.INVALID_ARGUMENT, "short/any/trainset/face_00009.pts");
    assertRefused(fit("nan"), Status.Code.INVALID_ARGUMENT, "nan/any/trainset/face_00009.pts");
    assertRefused(fit("point"), Status.Code.INVALID_ARGUMENT, "point/any/trainset/face_00009.pts");
    assertRefused(fit("absent"), Status.Code.NOT_FOUND, "dataset: absent (expected: one of [");
    assertRefused(fit("../secrets"), Status.Code.INVALID_ARGUMENT, "dataset.name: ../secrets");
    assertRefused(fit(""), Status.Code.INVALID_ARGUMENT, "dataset.name: empty");
    assertRefused(
        fit("single").toBuilder().setCropPolicyValue(9).build(),
        Status.Code.INVALID_ARGUMENT,
        "crop_policy: 9 (expected: one of [");
    assertRefused(
        fit("single").toBuilder().setAlignmentValue(5).build(),
        Status.Code.INVALID_ARGUMENT,
        "alignment: 5 (expected: one of [");
    assertRefused(
        fit("short").toBuilder().setBoxSource(BoxSource.BOX_SOURCE_GIVEN).build(),
        Status.Code.FAILED_PRECONDITION,
        "any/trainset/face_00000: no box in its annotation");
    assertRefused(
        fit("short").toBuilder().setBoxSource(BoxSource.BOX_SOURCE_DETECTOR).build(),
        Status.Code.INVALID_ARGUMENT,
        "box_source: BOX_SOURCE_DETECTOR (expected: ");
    assertRefused(
        fit("short").toBuilder()
            .setBoxSource(BoxSource.BOX_SOURCE_JITTERED)
            .setBoxJitter(BoxJitter.newBuilder().setScaleShare(-1))
            .build(),
        Status.Code.INVALID_ARGUMENT,
        "box_jitter.scale_share: -1.0 (expected: in [0, 1])");
    assertRefused(
        fit("single").toBuilder()
            .setDataset(DatasetRef.newBuilder().setName("single").setSplit("challenging"))
            .build(),
        Status.Code.FAILED_PRECONDITION,
        "split challenging has no faces");
    assertRefused(
        fit("single").toBuilder()
            .setDataset(DatasetRef.newBuilder().setName("single").setScheme("29"))
            .build(),
        Status.Code.INVALID_ARGUMENT,
        "single/any/trainset/face_00000.pts");
    assertThat(stored()).isEqualTo(before);
  }

  @Test
  void twoServicesAtOncePublishOneVersion() throws Exception {
    // Given
    FitShapeModelRequest request =
        fit(annotations.dataset("contended", 60)).toBuilder()
            .setCropPolicy(CropPolicy.CROP_POLICY_STRETCH_V1)
            .build();

    // When
    CompletableFuture<ShapeModelSummary> here =
        CompletableFuture.supplyAsync(() -> result(pca.fit(request)));
    CompletableFuture<ShapeModelSummary> there =
        CompletableFuture.supplyAsync(() -> result(other.fit(request)));

    // Then
    ShapeModelSummary summary = here.get(60, TimeUnit.SECONDS);
    assertThat(there.get(60, TimeUnit.SECONDS)).isEqualTo(summary);
    assertThat(summary.getCropPolicy()).isEqualTo(CropPolicy.CROP_POLICY_STRETCH_V1);
    assertThat(announcements(summary.getVersion())).containsOnly(summary);
    for (RunningPca service : List.of(pca, other)) {
      assertThat(
              service
                  .client()
                  .listShapeModels(ListShapeModelsRequest.getDefaultInstance())
                  .getShapeModelsList())
          .filteredOn(known -> known.getVersion().equals(summary.getVersion()))
          .containsExactly(summary);
    }
  }

  @Test
  void tellsWatchersWhatIsKnownAndWhatComes() {
    // Given
    ShapeModelSummary known = result(pca.fit(fit(annotations.dataset("watched", 3))));
    List<ShapeModelSummary> seen = new CopyOnWriteArrayList<>();
    other
        .asyncClient()
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
    await().atMost(SOON).untilAsserted(() -> assertThat(seen).contains(known));

    // When
    ShapeModelSummary added = result(pca.fit(fit(annotations.dataset("watched-too", 3))));

    // Then
    await().atMost(SOON).untilAsserted(() -> assertThat(seen).contains(added));
    assertThat(seen).doesNotHaveDuplicates();
  }

  @Test
  void endsWatchesWhenItStops() throws Exception {
    // Given
    try (RunningPca stopping = RunningPca.start(broker.bootstrapServers(), folder)) {
      CompletableFuture<Throwable> end = new CompletableFuture<>();
      CompletableFuture<ShapeModelSummary> first = new CompletableFuture<>();
      result(pca.fit(fit(annotations.dataset("before-the-end", 3))));
      stopping
          .asyncClient()
          .watchShapeModels(
              WatchShapeModelsRequest.getDefaultInstance(),
              new StreamObserver<>() {
                @Override
                public void onNext(ShapeModelSummary summary) {
                  first.complete(summary);
                }

                @Override
                public void onError(Throwable t) {
                  end.complete(t);
                }

                @Override
                public void onCompleted() {}
              });
      assertThat(first.get(20, TimeUnit.SECONDS)).isNotNull();

      // When
      stopping.stop();

      // Then
      assertThat(Status.fromThrowable(end.get(20, TimeUnit.SECONDS)).getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void smoothsFaces() {
    // Given
    ShapeModelSummary summary = result(pca.fit(fit(annotations.dataset("smoothed", 40))));
    ShapeModel model = pca.client().getShapeModel(get(summary.getVersion()));
    Shape mean = Shape.newBuilder().addAllCoordinates(model.getMeanList()).build();
    Shape bent = mean.toBuilder().setCoordinates(10, mean.getCoordinates(10) + 0.1).build();

    // When
    SmoothResponse response =
        pca.client()
            .smooth(
                SmoothRequest.newBuilder()
                    .setVersion(summary.getVersion())
                    .setComponents(ComponentPolicy.newBuilder().setVarianceShare(0.8))
                    .addFaces(mean)
                    .addFaces(bent)
                    .build());
    SmoothResponse byDefault =
        pca.client().smooth(SmoothRequest.newBuilder().setVersion(summary.getVersion()).build());

    // Then
    assertThat(response.getComponents()).isEqualTo(summary.getComponentsByVariance(0));
    assertThat(byDefault.getComponents()).isEqualTo(summary.getComponentsByVariance(2));
    SmoothFace same = response.getFaces(0);
    assertThat(same.getSmoothList()).isEqualTo(model.getMeanList());
    assertThat(same.getPhiPerCoordinateList()).hasSize(136).containsOnly(0.0);
    SmoothFace hard = response.getFaces(1);
    assertThat(hard.getPhiPerCoordinateList()).allMatch(phi -> phi >= 0 && phi <= 1);
    assertThat(hard.getPhiPerCoordinate(10)).isEqualTo(1);
    assertThat(hard.getPhiPerLandmarkList()).hasSize(68);
    assertThat(hard.getPhiPerLandmark(5)).isEqualTo(1);
  }

  @Test
  void refusesFacesThatDoNotFitTheModel() {
    // Given
    String version = result(pca.fit(fit(annotations.dataset("strict", 3)))).getVersion();
    Shape good = Shape.newBuilder().addAllCoordinates(Collections.nCopies(136, 0.1)).build();
    SmoothRequest request = SmoothRequest.newBuilder().setVersion(version).addFaces(good).build();

    // Then
    assertSmoothRefused(
        request.toBuilder().addFaces(Shape.newBuilder().addCoordinates(1)).build(),
        "faces[1].coordinates: 1 numbers (expected: 136 numbers)");
    assertSmoothRefused(
        request.toBuilder().addFaces(good.toBuilder().setCoordinates(4, Double.NaN)).build(),
        "faces[1].coordinates: NaN (expected: finite numbers)");
    assertSmoothRefused(
        request.toBuilder()
            .setComponents(ComponentPolicy.newBuilder().setVarianceShare(1.5))
            .build(),
        "variance_share: 1.5 (expected: in (0, 1])");
    assertSmoothRefused(
        request.toBuilder().setVersion("abc").build(),
        "version: abc (expected: 8 to 64 lower-case hexadecimal digits)");
    StatusRuntimeException absent =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> pca.client().getShapeModel(get("0".repeat(64))));
    assertThat(absent.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  private void assertSmoothRefused(SmoothRequest request, String message) {
    StatusRuntimeException error =
        catchThrowableOfType(StatusRuntimeException.class, () -> pca.client().smooth(request));
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription()).isEqualTo(message);
  }

  private void assertRefused(FitShapeModelRequest request, Status.Code code, String message) {
    StatusRuntimeException error =
        catchThrowableOfType(StatusRuntimeException.class, () -> pca.fit(request));
    assertThat(error).as(request.toString()).isNotNull();
    assertThat(error.getStatus().getCode()).as(error.getMessage()).isEqualTo(code);
    assertThat(error.getStatus().getDescription()).contains(message);
  }

  private int stored() {
    String[] versions = folder.resolve("artifacts/shape-models").toFile().list();
    return versions == null ? 0 : versions.length;
  }

  private List<ShapeModelSummary> announcements(String version) {
    List<FollowedRecord<ShapeModelSummary>> records = new CopyOnWriteArrayList<>();
    try (TopicFollower<ShapeModelSummary> follower =
        new TopicFollower<>(
            KafkaSettings.of(broker.bootstrapServers()),
            Topics.SHAPE_MODELS,
            ShapeModelSummary.parser(),
            records::add)) {
      follower.start();
      follower.awaitCaughtUp(SOON);
    }
    return records.stream()
        .filter(record -> record.key().equals(version))
        .map(FollowedRecord::value)
        .toList();
  }

  private static FitShapeModelRequest fit(String dataset) {
    return FitShapeModelRequest.newBuilder()
        .setDataset(DatasetRef.newBuilder().setName(dataset))
        .build();
  }

  private static GetShapeModelRequest get(String version) {
    return GetShapeModelRequest.newBuilder().setVersion(version).build();
  }

  private static ShapeModelSummary result(List<FitShapeModelProgress> messages) {
    return messages.get(messages.size() - 1).getResult();
  }
}
