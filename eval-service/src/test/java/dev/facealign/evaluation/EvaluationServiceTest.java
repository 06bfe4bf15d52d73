package dev.facealign.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import dev.facealign.crop.BoxSource.Jittered;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.dataset.pts.PtsFile;
import dev.facealign.dataset.table.TableWriter;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Normaliser;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.render.RenderedDataset;
import dev.facealign.v1.BoxJitter;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.CalibrationBin;
import dev.facealign.v1.CertaintyFigures;
import dev.facealign.v1.CompareEvaluationsRequest;
import dev.facealign.v1.CompareEvaluationsResponse;
import dev.facealign.v1.DatasetFormat;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Face;
import dev.facealign.v1.FaceResult;
import dev.facealign.v1.GetEvaluationRequest;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.ListProtocolsRequest;
import dev.facealign.v1.PromotionDecision;
import dev.facealign.v1.Protocol;
import dev.facealign.v1.RegionError;
import dev.facealign.v1.RenderReportRequest;
import dev.facealign.v1.SubsetMetrics;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real eval-service over a real broker; the inference service is on a real port and knows the
 * truth.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluationServiceTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int FACES = EvaluationGround.FACES;

  private Path folder;
  private EvaluationGround ground;
  private FakeInference inference;
  private RunningEvaluation service;
  private List<FaceSample> faces;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    ground = new EvaluationGround(folder);
    inference = ground.inference();
    faces = ground.faces();
    service = ground.start(Map.of());
  }

  @BeforeEach
  void forget() {
    inference.forget();
  }

  @AfterAll
  void stop() {
    service.close();
    ground.close();
  }

  @Test
  void measuresAKnownErrorInImagePixels() throws IOException {
    // Given: all points 1.5 pixels off
    String version = inference.publish("off", "68", 1.5);

    // When
    List<EvaluateProgress> messages = service.progress(request("off").build());
    Evaluation report = messages.get(messages.size() - 1).getResult();

    // Then: the figures
    SubsetMetrics whole = report.getSubsets(0);
    double[] expected = nme(1.5, Normaliser.INTER_OCULAR);
    assertThat(whole.getName()).isEqualTo("test");
    assertThat(whole.getFaces()).isEqualTo(FACES);
    assertThat(whole.getInvalid()).isZero();
    assertThat(whole.getNmeInterOcular()).isCloseTo(mean(expected), within(1e-6));
    assertThat(whole.getNmeInterPupil())
        .isCloseTo(mean(nme(1.5, Normaliser.INTER_PUPIL)), within(1e-6));
    assertThat(whole.getNmeBoxDiagonal())
        .isCloseTo(mean(nme(1.5, Normaliser.BOX_DIAGONAL)), within(1e-6));
    assertThat(whole.getAucAt010())
        .isCloseTo(
            Arrays.stream(expected).map(e -> Math.max(0, 1 - e / 0.1)).average().orElseThrow(),
            within(1e-5));
    assertThat(report.getSubsetsCount()).isEqualTo(1);

    // Then: how sure they are, and where the face is off
    assertThat(whole.getNme())
        .isBetween(whole.getIntervals().getNme().getLow(), whole.getIntervals().getNme().getHigh());
    assertThat(whole.getIntervals().getNme().getLow())
        .isGreaterThan(Arrays.stream(expected).min().orElseThrow());
    assertThat(whole.getIntervals().getAucAt010().getHigh()).isGreaterThan(whole.getAucAt010());
    assertThat(whole.getLandmarkNmeList())
        .hasSize(68)
        .allSatisfy(error -> assertThat(error).isCloseTo(mean(expected), within(1e-6)));
    assertThat(whole.getRegionsList())
        .extracting(RegionError::getName)
        .containsExactlyElementsOf(LandmarkScheme.IBUG_68.regions().keySet());
    assertThat(whole.getRegions(0).getNme()).isCloseTo(mean(expected), within(1e-6));
    assertThat(whole.hasNmeOccluded()).as("300W has no such flags").isFalse();

    // Then: what was measured
    assertThat(report.getModelVersion()).isEqualTo(version);
    assertThat(report.getScheme()).isEqualTo("68");
    assertThat(report.getPartial()).isFalse();
    assertThat(report.getBoxSource()).isEqualTo(BoxSource.BOX_SOURCE_GROUND_TRUTH);
    assertThat(report.getDataset().getFaces()).isEqualTo(FACES);
    assertThat(report.getDataset().getDataset().getSplit()).isEqualTo("test");
    assertThat(report.hasPromotion()).isFalse();
    assertThat(report.getFacesPerSecond()).isPositive();
    assertThat(report.getFacesList())
        .extracting(FaceResult::getFaceId)
        .containsExactlyElementsOf(faces.stream().map(FaceSample::id).toList());
    assertThat(report.getFaces(3).getNme()).isCloseTo(expected[3], within(1e-6));
    assertThat(report.getFaces(3).getPredictedCount()).isEqualTo(136);

    // Then: progress, and the version was pinned
    assertThat(messages).allMatch(message -> message.getFacesTotal() == FACES);
    assertThat(messages).extracting(EvaluateProgress::getFacesDone).isSorted();
    assertThat(inference.asked).allMatch(asked -> asked.getModel().equals(version));
    assertThat(inference.asked).allMatch(asked -> asked.getBoxesCount() == 1);
    assertThat(inference.asked)
        .anyMatch(
            asked ->
                asked
                    .getBoxes(0)
                    .equals(Contracts.toProto(faces.get(0).landmarks().boundingBox())));

    // Then: it is stored with its plot, counted, and can be had whole
    assertThat(get(report.getEvaluationId())).isEqualTo(report);
    Path stored = folder.resolve("artifacts/evaluations").resolve(report.getEvaluationId());
    assertThat(Files.readString(stored.resolve("ced.svg"))).startsWith("<svg ").contains("off ");
    assertThat(stored.resolve("evaluation.json")).isNotEmptyFile();
    assertThat(
            service
                .bean(MeterRegistry.class)
                .get("facealign.evaluation.runs")
                .tag("outcome", "ok")
                .timer()
                .count())
        .isPositive();
  }

  @Test
  void measuresHowWellAModelKnowsItsErrors() throws IOException {
    // Given: every face is off by another distance, which the model knows to be twice as much
    inference.publish(
        "knowing",
        "68",
        (face, request) -> {
          double off = 0.5 + faces.indexOf(face) * 0.1;
          DetectResponse.Builder answer =
              FakeInference.answer(FakeInference.moved(face, off), request);
          answer
              .getFacesBuilder(0)
              .getLandmarksBuilderList()
              .forEach(point -> point.setExpectedError((float) (2 * off)));
          return answer;
        });
    inference.publish("ignorant", "68", 1);

    // When
    Evaluation report = service.evaluate(request("knowing").build());
    Evaluation without = service.evaluate(request("ignorant").build());

    // Then
    CertaintyFigures certainty = report.getCertainty();
    double nme = report.getSubsets(0).getNme();
    double byBox = report.getSubsets(0).getNmeBoxDiagonal();
    assertThat(certainty.getBinsCount()).isEqualTo(10);
    assertThat(certainty.getBinsList().stream().mapToLong(CalibrationBin::getPoints).sum())
        .isEqualTo(FACES * 68L);
    assertThat(certainty.getMeanError()).isCloseTo(byBox, within(1e-6));
    assertThat(certainty.getMeanExpectedError()).isCloseTo(2 * byBox, within(1e-6));
    assertThat(certainty.getCalibrationError()).isCloseTo(byBox, within(1e-6));
    assertThat(certainty.getPointRankCorrelation()).isGreaterThan(0.99);
    assertThat(certainty.getFaceRankCorrelation()).isGreaterThan(0.99);
    assertThat(certainty.getRejection().getNmeOfKeptCount()).isEqualTo(20);
    assertThat(certainty.getRejection().getNmeOfKept(0)).isCloseTo(nme, within(1e-9));
    assertThat(certainty.getRejection().getArea())
        .isGreaterThanOrEqualTo(certainty.getRejection().getAreaOfOracle())
        .isLessThan(certainty.getRejection().getAreaOfChance());
    assertThat(report.getFaces(3).getExpectedErrorList()).hasSize(68).containsOnly(1.6f);

    // And: it is stored, drawn and announced
    assertThat(get(report.getEvaluationId())).isEqualTo(report);
    assertThat(list(report.getModelVersion()))
        .extracting(Evaluation::getCertainty)
        .containsExactly(certainty);
    Path stored = folder.resolve("artifacts/evaluations").resolve(report.getEvaluationId());
    assertThat(Files.readString(stored.resolve("calibration.svg")))
        .startsWith("<svg ")
        .contains("knowing ")
        .contains("% of the box's diagonal");
    assertThat(Files.readString(stored.resolve("error-rejection.svg"))).startsWith("<svg ");

    // And: a model that tells nothing has none of it
    assertThat(without.hasCertainty()).isFalse();
    assertThat(without.getFaces(3).getExpectedErrorList()).isEmpty();
    assertThat(folder.resolve("artifacts/evaluations").resolve(without.getEvaluationId()))
        .isDirectoryNotContaining("glob:**/{calibration,error-rejection}.svg");
  }

  @Test
  void sendsJitteredBoxesThatAreTheSameEachTime() {
    // Given
    inference.publish("jittered", "68", 1);
    BoxJitter jitter = BoxJitter.newBuilder().setShiftShare(0.2).setScaleShare(0).build();

    // When
    Evaluation report =
        service.evaluate(
            request("jittered")
                .setBoxSource(BoxSource.BOX_SOURCE_JITTERED)
                .setBoxJitter(jitter)
                .build());

    // Then
    assertThat(report.getBoxSource()).isEqualTo(BoxSource.BOX_SOURCE_JITTERED);
    assertThat(report.getBoxJitter()).isEqualTo(jitter.toBuilder().setSeed(1).build());
    assertThat(report.getSubsets(0).getInvalid()).isZero();
    FaceSample face = faces.get(0);
    Box expected = new Jittered(0.2, 0, 1).of(face.id(), face.landmarks(), Optional.empty());
    assertThat(inference.asked)
        .extracting(asked -> asked.getBoxes(0))
        .contains(Contracts.toProto(expected))
        .doesNotContain(Contracts.toProto(face.landmarks().boundingBox()));
  }

  @Test
  void aDatasetWithoutTheBoxesThatAreWantedIsRefused() {
    // Given
    inference.publish("given", "68", 1);

    // Then
    assertThat(
            failure(
                () ->
                    service.evaluate(
                        request("given").setBoxSource(BoxSource.BOX_SOURCE_GIVEN).build())))
        .hasMessageContaining("none of the 24 faces of test has a box in its annotation");
  }

  @Test
  void measuresFacesOfAUsersOwnSchemeWithTheBoxesTheyCameWith() throws IOException {
    // Given: eyes, nose and mouth of other drawn faces, in a table, with a scheme of their own
    RenderedDataset.write(folder.resolve("datasets/others"), 0, 6, 48, 77);
    List<FaceSample> others =
        new DatasetCatalog(folder.resolve("datasets")).open("others", "test", "68").faces();
    Path mine = Files.createDirectories(folder.resolve("datasets/mine"));
    Path file =
        Files.writeString(
            mine.resolve("scheme-five.properties"),
            "count=5\nmirror=0-1,3-4\nleft-pupil=0\nright-pupil=1\n");
    LandmarkScheme five = LandmarkScheme.read(file);
    try (TableWriter table = new TableWriter(mine.resolve("test.csv"), five, true, false)) {
      for (FaceSample face : others) {
        String picture = face.id().substring(face.id().lastIndexOf('/') + 1) + ".jpg";
        Files.write(mine.resolve(picture), face.readEncodedPicture());
        table.write(
            picture,
            fivePoints(face.landmarks()),
            Optional.of(new Box(1, 2, 30, 40)),
            new BitSet());
      }
    }
    FaceDataset dataset = new DatasetCatalog(folder.resolve("datasets")).open("mine", "test", "");
    inference.learn(dataset.faces());
    inference.publish(
        "five",
        manifest -> manifest.setScheme("five").setLandmarkScheme(SchemeContract.toProto(five)),
        (face, request) -> FakeInference.answer(FakeInference.moved(face, 2), request));
    inference.publish("drawn68", "68", 1);

    // When
    Evaluation report =
        service.evaluate(request("five", "mine").setBoxSource(BoxSource.BOX_SOURCE_GIVEN).build());

    // Then: errors by the pupils, the only length that the scheme has beside the box
    double[] expected =
        dataset.faces().stream()
            .mapToDouble(face -> 2 / Normaliser.INTER_PUPIL.distance(five, face.landmarks()))
            .toArray();
    SubsetMetrics whole = report.getSubsets(0);
    assertThat(report.getNormaliser())
        .isEqualTo(dev.facealign.v1.Normaliser.NORMALISER_INTER_PUPIL);
    assertThat(report.getScheme()).isEqualTo("five");
    assertThat(report.getDataset().getDataset().getFormat())
        .isEqualTo(DatasetFormat.DATASET_FORMAT_TABLE);
    assertThat(whole.getInvalid()).isZero();
    assertThat(whole.getNme()).isCloseTo(mean(expected), within(1e-6));
    assertThat(whole.getNmeInterPupil()).isEqualTo(whole.getNme());
    assertThat(whole.hasNmeInterOcular()).isFalse();
    assertThat(whole.getNmeBoxDiagonal()).isPositive();
    assertThat(inference.asked)
        .extracting(asked -> asked.getBoxes(0))
        .containsOnly(Contracts.toProto(new Box(1, 2, 30, 40)));

    // Then: a model of another scheme is refused
    assertThat(failure(() -> service.evaluate(request("drawn68", "mine").build())))
        .hasMessageContaining("scheme 68 (expected: five, as the dataset mine has)");
  }

  private static Landmarks fivePoints(Landmarks face) {
    return Landmarks.of(
        IntStream.of(36, 45, 30, 48, 54)
            .mapToObj(m -> new double[] {face.x(m), face.y(m)})
            .flatMapToDouble(Arrays::stream)
            .toArray());
  }

  @Test
  void announcesReportsAndKnowsThemAfterARestart() {
    // Given
    inference.publish("announced", "68", 1);
    Evaluation report = service.evaluate(request("announced").build());
    Evaluation withoutFaces = report.toBuilder().clearFaces().build();

    // When
    List<Evaluation> announced = new CopyOnWriteArrayList<>();
    try (TopicFollower<Evaluation> follower =
        new TopicFollower<>(
            KafkaSettings.of(ground.bootstrapServers()),
            Topics.EVALUATIONS,
            Evaluation.parser(),
            record -> announced.add(record.value()))) {
      follower.start();
      follower.awaitCaughtUp(SOON);
    }
    RunningEvaluation before = service;
    service = ground.start(Map.of());
    before.close();

    // Then
    assertThat(announced).contains(withoutFaces);
    assertThat(get(report.getEvaluationId())).isEqualTo(report);
    List<Evaluation> all = list("");
    assertThat(all).contains(withoutFaces);
    assertThat(all)
        .isSortedAccordingTo(
            (a, b) ->
                Contracts.instant(b.getCreatedAt()).compareTo(Contracts.instant(a.getCreatedAt())));
    assertThat(list(report.getModelVersion())).containsExactly(withoutFaces);
    assertThat(list(report.getModelVersion().substring(0, 8))).containsExactly(withoutFaces);
    assertThat(list("0".repeat(64))).isEmpty();
  }

  @Test
  void countsAndListsInvalidFacesAndNeverAveragesThemIn() throws IOException {
    // Given: a NaN, a missing face, too few points, a refused picture; a face of one point, one
    // without a picture
    RenderedDataset.write(folder.resolve("datasets/broken"), 0, 8, 48, 11);
    Path testset = folder.resolve("datasets/broken/rendered/testset");
    PtsFile.write(testset.resolve("face_00005.pts"), Landmarks.of(new double[136]));
    Files.delete(testset.resolve("face_00006.jpg"));
    List<FaceSample> broken =
        new DatasetCatalog(folder.resolve("datasets")).open("broken", "test", "68").faces();
    inference.learn(broken);
    inference.publish(
        "shaky",
        "68",
        (face, request) -> {
          Landmarks points = FakeInference.moved(face, 1);
          char number = face.id().charAt(face.id().length() - 1);
          return switch (number) {
            case '1' -> {
              double[] xy = points.toArray();
              xy[77] = Double.NaN;
              yield FakeInference.answer(Landmarks.of(xy), request);
            }
            case '2' -> FakeInference.answer(points, request).clearFaces();
            case '3' ->
                FakeInference.answer(Landmarks.of(Arrays.copyOf(points.toArray(), 58)), request);
            case '4' -> FakeInference.refusal(Code.INVALID_ARGUMENT, "IMAGE_UNREADABLE");
            default -> FakeInference.answer(points, request);
          };
        });

    // When
    Evaluation report = service.evaluate(request("shaky", "broken").build());

    // Then: two of eight faces are valid, four failed, two are excluded
    SubsetMetrics whole = report.getSubsets(0);
    assertThat(whole.getFaces()).isEqualTo(8);
    assertThat(whole.getInvalid()).isEqualTo(6);
    assertThat(whole.getFrAt010()).isBetween(4 / 6.0, 1.0);
    assertThat(whole.getNmeInterOcular())
        .isCloseTo((report.getFaces(6).getNme() + report.getFaces(7).getNme()) / 2, within(1e-12));
    assertThat(report.getFacesList().subList(0, 6)).noneMatch(FaceResult::hasNme);
    assertThat(report.getFacesList().subList(6, 8)).allMatch(FaceResult::hasNme);
    assertThat(report.getFaces(0).getInvalidReason()).contains("not finite");
    assertThat(report.getFaces(1).getInvalidReason()).contains("not found among 0 faces");
    assertThat(report.getFaces(2).getInvalidReason()).contains("points: 29 (expected: 68)");
    assertThat(report.getFaces(3).getInvalidReason()).contains("IMAGE_UNREADABLE");
    assertThat(report.getFaces(4).getInvalidReason()).contains("eye corners: 0.0 (expected: > 0)");
    assertThat(report.getFaces(5).getInvalidReason()).contains("no picture");
    assertThat(
            service
                .bean(MeterRegistry.class)
                .get("facealign.evaluation.faces")
                .tag("outcome", "excluded")
                .counter()
                .count())
        .isEqualTo(2);
  }

  @Test
  void choosesTheFoundFaceNearestToTheTruth() {
    // Given: the detector finds another face first, and for one picture only that
    inference.publish(
        "finding",
        "68",
        (face, request) -> {
          assertThat(request.getBoxesCount()).isZero();
          Landmarks other = FakeInference.moved(face, 500);
          Face stranger = FakeInference.answer(other, request).getFaces(0);
          if (face.equals(faces.get(2))) {
            return FakeInference.answer(other, request);
          }
          return FakeInference.answer(FakeInference.moved(face, 1), request).addFaces(0, stranger);
        });

    // When
    Evaluation report =
        service.evaluate(request("finding").setBoxSource(BoxSource.BOX_SOURCE_DETECTOR).build());

    // Then
    assertThat(report.getSubsets(0).getInvalid()).isEqualTo(1);
    assertThat(report.getFaces(2).getInvalidReason()).isEqualTo("not found among 1 faces");
    assertThat(report.getFaces(3).getNme())
        .isCloseTo(nme(1, Normaliser.INTER_OCULAR)[3], within(1e-6));
    assertThat(report.getBoxSource()).isEqualTo(BoxSource.BOX_SOURCE_DETECTOR);
  }

  @Test
  void tellsFoldersApart() throws IOException {
    // Given: the field's layout, with drawn faces
    for (String part : List.of("lfpw/testset", "helen/testset", "ibug")) {
      Path source = folder.resolve("parts/" + part.replace('/', '-'));
      RenderedDataset.write(source, 0, 2, 48, part.hashCode());
      Path target = folder.resolve("datasets/field/" + part);
      Files.createDirectories(target.getParent());
      Files.move(source.resolve("rendered/testset"), target);
    }
    inference.learn(
        new DatasetCatalog(folder.resolve("datasets")).open("field", "full", "68").faces());
    inference.publish("parted", "68", 1);

    // When
    Evaluation report =
        service.evaluate(
            request("parted", "field")
                .setDataset(DatasetRef.newBuilder().setName("field").setSplit("full"))
                .build());

    // Then
    assertThat(report.getSubsetsList())
        .extracting(SubsetMetrics::getName)
        .containsExactly("full", "common", "challenging", "helen/testset", "lfpw/testset");
    assertThat(report.getSubsetsList())
        .extracting(SubsetMetrics::getFaces)
        .containsExactly(6, 4, 2, 2, 2);
    assertThat(report.getSubsetsList())
        .extracting(SubsetMetrics::getExpectedFaces)
        .containsExactly(689, 554, 135, 0, 0);
    assertThat(report.getProtocol()).isEqualTo("300w-full");
    assertThat(report.getPartial()).isTrue();
    assertThat(report.getDataset().getExpectedFaces()).isEqualTo(689);
  }

  @ParameterizedTest
  @EnumSource(
      value = BoxSource.class,
      names = {"BOX_SOURCE_GROUND_TRUTH", "BOX_SOURCE_JITTERED", "BOX_SOURCE_DETECTOR"})
  void aProtocolIsMeasuredByItsNameWithAnyBoxesThoughFacesAreMissing(BoxSource boxes)
      throws IOException {
    // Given: 300W's layout with no faces but some of LFPW, under another name
    Path target = folder.resolve("datasets/lfpw-only/lfpw/testset");
    if (!Files.exists(target)) {
      RenderedDataset.write(folder.resolve("lfpw-only"), 0, 3, 48, 99);
      Files.createDirectories(target.getParent());
      Files.move(folder.resolve("lfpw-only/rendered/testset"), target);
    }
    inference.learn(
        new DatasetCatalog(folder.resolve("datasets")).open("lfpw-only", "full", "68").faces());
    inference.publish("by-protocol", "68", 1);

    // When
    Evaluation report =
        service.evaluate(
            EvaluateRequest.newBuilder()
                .setModel("by-protocol")
                .setProtocol("300w-full")
                .setDataset(DatasetRef.newBuilder().setName("lfpw-only"))
                .setBoxSource(boxes)
                .build());

    // Then
    assertThat(report.getProtocol()).isEqualTo("300w-full");
    assertThat(report.getBoxSource()).isEqualTo(boxes);
    assertThat(report.getPartial()).isTrue();
    assertThat(report.getDataset().getDataset().getName()).isEqualTo("lfpw-only");
    assertThat(report.getDataset().getDataset().getSplit()).isEqualTo("full");
    assertThat(report.getNormaliser())
        .isEqualTo(dev.facealign.v1.Normaliser.NORMALISER_INTER_OCULAR);
    assertThat(report.getSubsetsList())
        .extracting(
            SubsetMetrics::getName, SubsetMetrics::getFaces, SubsetMetrics::getExpectedFaces)
        .containsExactly(
            tuple("full", 3, 689), tuple("common", 3, 554), tuple("challenging", 0, 135));
    assertThat(report.getSubsets(0).getInvalid()).isZero();
    assertThat(get(report.getEvaluationId()).getSubsets(2).getNme()).isNaN();
  }

  @Test
  void facesThatAreNotTheProtocolsAreRefused() {
    // Given
    inference.publish("no-protocol", "68", 1);
    EvaluateRequest.Builder request = EvaluateRequest.newBuilder().setModel("no-protocol");

    // Then
    assertThat(
            failure(
                () ->
                    service.evaluate(
                        request
                            .setProtocol("300w-common")
                            .setDataset(DatasetRef.newBuilder().setName("drawn"))
                            .build())))
        .hasMessageContaining("split common has no faces");
    assertThat(failure(() -> service.evaluate(request.setProtocol("300w").build())))
        .hasMessageContaining("NOT_FOUND: protocol: 300w (expected: one of [300w-common, ");
    assertThat(
            failure(
                () ->
                    service.evaluate(
                        request
                            .setProtocol("300w-common")
                            .setDataset(DatasetRef.newBuilder().setName("drawn").setSplit("test"))
                            .build())))
        .hasMessageContaining("INVALID_ARGUMENT: dataset: split, scheme or format beside");
    assertThat(inference.asked).isEmpty();
  }

  @Test
  void protocolsAreListed() {
    // When
    List<Protocol> protocols =
        service
            .client()
            .listProtocols(ListProtocolsRequest.getDefaultInstance())
            .getProtocolsList();

    // Then
    assertThat(protocols)
        .extracting(Protocol::getId, Protocol::getFaces)
        .containsExactly(
            tuple("300w-common", 554),
            tuple("300w-challenging", 135),
            tuple("300w-full", 689),
            tuple("cofw-test", 507));
    assertThat(protocols.get(2).getPartsList()).containsExactly("300w-common", "300w-challenging");
    assertThat(protocols)
        .allMatch(
            protocol ->
                protocol.getNormaliser() == dev.facealign.v1.Normaliser.NORMALISER_INTER_OCULAR
                    && protocol.getBoxSources(0) == BoxSource.BOX_SOURCE_GROUND_TRUTH);
  }

  @Test
  void aPictureThatIsTooLargeToSendIsListedAndInNoFigure() {
    // Given: room for the smaller half of the pictures
    inference.publish("roomy", "68", 1);
    int[] sizes = faces.stream().mapToInt(face -> face.readEncodedPicture().length).toArray();
    int limit = Arrays.stream(sizes).sorted().toArray()[FACES / 2 - 1];
    int large = (int) Arrays.stream(sizes).filter(size -> size > limit).count();
    try (RunningEvaluation narrow =
        ground.start(Map.of("facealign.inference.max-picture-bytes", limit))) {

      // When
      Evaluation report = narrow.evaluate(request("roomy").build());

      // Then
      assertThat(large).isPositive();
      assertThat(report.getSubsets(0).getInvalid()).isEqualTo(large);
      assertThat(report.getSubsets(0).getFrAt010()).isLessThan(1);
      assertThat(report.getFacesList().stream().filter(face -> !face.hasNme()))
          .hasSize(large)
          .allMatch(face -> face.getInvalidReason().startsWith("picture: "));
    }
  }

  @Test
  void theFirstModelBecomesChampion() {
    // Given
    String version = inference.publish("first", "68", 2);

    // When
    PromotionDecision decision = promote("first");

    // Then
    assertThat(decision.getPromoted()).isTrue();
    assertThat(decision.getChampionBefore()).isEmpty();
    assertThat(decision.hasChampionNme()).isFalse();
    assertThat(decision.getReason()).contains("first champion");
    assertThat(inference.champion).isEqualTo(version);
    assertThat(inference.promotions).hasSize(1);
    assertThat(inference.promotions.get(0).hasExpectedCurrent()).isTrue();
    assertThat(inference.promotions.get(0).getExpectedCurrent()).isEmpty();
  }

  @Test
  void aBetterModelReplacesTheChampionMeasuredOnTheSameFaces() {
    // Given
    String champion = inference.publish("champion-of-2", "68", 2);
    String better = inference.publish("better-of-1", "68", 1);
    inference.champion = champion;

    // When
    PromotionDecision decision = promote("better-of-1");

    // Then: the champion was measured for it, and its report is stored, too
    assertThat(decision.getPromoted()).isTrue();
    assertThat(decision.getChampionBefore()).isEqualTo(champion);
    assertThat(decision.getChampionNme())
        .isCloseTo(mean(nme(2, Normaliser.INTER_OCULAR)), within(1e-6));
    assertThat(inference.champion).isEqualTo(better);
    assertThat(inference.promotions.get(0).getExpectedCurrent()).isEqualTo(champion);
    assertThat(list(champion)).hasSize(1);
    assertThat(inference.asked).hasSize(2 * FACES);
  }

  @Test
  void aWorseModelIsNotPromotedAndTheChampionsReportIsUsedAgain() {
    // Given: the champion was measured before
    String champion = inference.publish("champion-of-3", "68", 3);
    inference.publish("worse-of-4", "68", 4);
    inference.champion = champion;
    service.evaluate(request("champion").build());
    int asked = inference.asked.size();

    // When
    PromotionDecision decision = promote("worse-of-4");

    // Then
    assertThat(decision.getPromoted()).isFalse();
    assertThat(decision.getReason()).startsWith("not better: NME ");
    assertThat(inference.champion).isEqualTo(champion);
    assertThat(inference.promotions).isEmpty();
    assertThat(inference.asked).hasSize(asked + FACES);
    assertThat(list(champion)).hasSize(1);
  }

  @Test
  void aModelThatGivesUpOnFacesIsNotBetter() {
    // Given: exact where it answers
    inference.champion = inference.publish("champion-of-5", "68", 5);
    inference.publish(
        "picky",
        "68",
        (face, request) ->
            face.equals(faces.get(0))
                ? FakeInference.answer(face.landmarks(), request).clearFaces()
                : FakeInference.answer(face.landmarks(), request));

    // When
    PromotionDecision decision = promote("picky");

    // Then
    assertThat(decision.getPromoted()).isFalse();
    assertThat(decision.getReason()).contains("but 1 invalid faces against the champion's 0");
  }

  @Test
  void aModelThatMayBeBetterByChanceIsNotPromoted() {
    // Given: better on average, by its luck with one of the faces
    inference.champion = inference.publish("even", "68", 2);
    inference.publish(
        "lucky",
        "68",
        (face, request) ->
            FakeInference.answer(
                FakeInference.moved(face, face.equals(faces.get(0)) ? 0 : 2.01), request));

    // When
    PromotionDecision decision = promote("lucky");

    // Then
    assertThat(decision.getPromoted()).isFalse();
    assertThat(decision.getReason())
        .startsWith("not surely better: NME ")
        .endsWith(" (expected: at least 0.95)");
    assertThat(decision.getDifference().getMean()).isNegative();
    assertThat(decision.getDifference().getSignificant()).isFalse();
    assertThat(decision.getDifference().getProbabilityBetter()).isBetween(0.5, 0.95);
    assertThat(decision.getRequiredProbability()).isEqualTo(0.95);
  }

  @Test
  void promotionsAreDecidedByTheConfiguredBenchmark() {
    // Given
    String version = inference.publish("on-its-benchmark", "68", 1);
    try (RunningEvaluation strict =
        ground.start(
            Map.of(
                "facealign.evaluation.promotion.dataset", "drawn",
                "facealign.evaluation.promotion.split", "test"))) {
      // When
      PromotionDecision elsewhere =
          strict
              .evaluate(
                  request("on-its-benchmark")
                      .setDataset(DatasetRef.newBuilder().setName("drawn").setSplit("train"))
                      .setPromoteIfBetter(true)
                      .build())
              .getPromotion();

      // Then
      assertThat(elsewhere.getPromoted()).isFalse();
      assertThat(elsewhere.getReason())
          .isEqualTo("measured on drawn train (expected: drawn test, the benchmark of promotions)");

      // When
      PromotionDecision there =
          strict
              .evaluate(request("on-its-benchmark").setPromoteIfBetter(true).build())
              .getPromotion();

      // Then
      assertThat(there.getPromoted()).isTrue();
      assertThat(inference.champion).isEqualTo(version);
    }
  }

  @Test
  void theChampionIsNoRivalOfItself() {
    // Given
    inference.champion = inference.publish("the-champion", "68", 1);

    // When
    PromotionDecision decision = promote("champion");

    // Then
    assertThat(decision.getPromoted()).isFalse();
    assertThat(decision.getReason()).isEqualTo("it is the champion already");
    assertThat(inference.promotions).isEmpty();
  }

  @Test
  void aChampionThatChangesMeanwhileIsComparedAnew() {
    // Given: a third model is promoted by somebody else in the last moment, and it is the best
    inference.champion = inference.publish("champion-of-6", "68", 6);
    inference.publish("candidate-of-4", "68", 4);
    String best = inference.publish("best-of-0", "68", 0.1);
    inference.beforePromotion = () -> inference.champion = best;

    // When
    PromotionDecision decision = promote("candidate-of-4");

    // Then
    assertThat(decision.getPromoted()).isFalse();
    assertThat(decision.getChampionBefore()).isEqualTo(best);
    assertThat(decision.getReason()).startsWith("not better");
    assertThat(inference.champion).isEqualTo(best);
  }

  @Test
  void aChampionOfAnotherSchemeIsNoReasonToLoseTheReport() {
    // Given
    inference.champion = inference.publish("champion-of-29", "29", 1);
    inference.publish("candidate-of-68", "68", 1);

    // When
    PromotionDecision decision = promote("candidate-of-68");

    // Then
    assertThat(decision.getPromoted()).isFalse();
    assertThat(decision.getReason()).contains("scheme 29 (expected: 68");
  }

  @Test
  void comparesReportsOfTheSameFaces() {
    // Given
    inference.publish("compared-1", "68", 1);
    inference.publish("compared-2", "68", 2);
    String one = service.evaluate(request("compared-1").build()).getEvaluationId();
    String two = service.evaluate(request("compared-2").build()).getEvaluationId();
    String other =
        service
            .evaluate(
                request("compared-1")
                    .setDataset(DatasetRef.newBuilder().setName("drawn").setSplit("train"))
                    .build())
            .getEvaluationId();

    // When
    CompareEvaluationsResponse comparison = compare(one, two);

    // Then
    assertThat(comparison.getEvaluationsList())
        .extracting(Evaluation::getEvaluationId)
        .containsExactly(one, two);
    assertThat(comparison.getEvaluationsList()).allMatch(report -> report.getFacesCount() == 0);
    assertThat(comparison.getNmeDifferenceToFirst(0)).isZero();
    assertThat(comparison.getNmeDifferenceToFirst(1))
        .isCloseTo(mean(nme(1, Normaliser.INTER_OCULAR)), within(1e-6));
    assertThat(comparison.getDifferenceToFirst(0).getMean()).isZero();
    assertThat(comparison.getDifferenceToFirst(0).getSignificant()).isFalse();
    assertThat(comparison.getDifferenceToFirst(1).getFaces()).isEqualTo(FACES);
    assertThat(comparison.getDifferenceToFirst(1).getInterval().getLow()).isPositive();
    assertThat(comparison.getDifferenceToFirst(1).getProbabilityBetter()).isZero();
    assertThat(comparison.getDifferenceToFirst(1).getSignificant()).isTrue();

    // Then: other faces are refused, and so is a single report
    assertThat(failure(() -> compare(one, other)).getStatus().getDescription())
        .contains("measured drawn train")
        .contains("expected: drawn test");
    assertThat(failure(() -> compare(one)).getStatus().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nowhere | test    | known | NOT_FOUND           | dataset: nowhere (expected: one of [",
        "drawn   | common  | known | FAILED_PRECONDITION | split common has no faces",
        "drawn   | test    | none  | NOT_FOUND           | model: none (expected",
        "drawn   | test    | other | FAILED_PRECONDITION | model other: scheme 29 (expected: 68",
        "../x    | test    | known | INVALID_ARGUMENT    | dataset.name: ../x",
        "drawn   | ../x    | known | INVALID_ARGUMENT    | dataset.split: ../x",
        "drawn   | test    | champion | FAILED_PRECONDITION | no champion"
      })
  void refusesByName(String name, String split, String model, String code, String message) {
    // Given
    inference.publish("known", "68", 1);
    inference.publish("other", "29", 1);

    // When
    StatusRuntimeException refusal =
        failure(
            () ->
                service.evaluate(
                    request(model)
                        .setDataset(DatasetRef.newBuilder().setName(name).setSplit(split))
                        .build()));

    // Then
    assertThat(refusal.getStatus().getCode().name()).isEqualTo(code);
    assertThat(refusal.getStatus().getDescription()).contains(message);
    assertThat(inference.asked).isEmpty();
  }

  @Test
  void refusesReportsItDoesNotKnow() {
    assertThat(failure(() -> get("20200101-000000-00000000")).getStatus().getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(failure(() -> get("../../etc/passwd")).getStatus().getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(failure(() -> list("not hexadecimal")).getStatus().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void asksAgainWhenTheServiceIsFull() {
    // Given
    inference.publish("busy", "68", 1);
    inference.fullFor.set(5);

    // When
    Evaluation report = service.evaluate(request("busy").build());

    // Then
    assertThat(report.getSubsets(0).getInvalid()).isZero();
    assertThat(inference.asked).hasSize(FACES + 5);
  }

  @Test
  void goesOnWhenTheServiceComesBack() {
    // Given: the stream breaks after some answers
    inference.publish("restarted", "68", 1);
    inference.breakAfter = 7;

    // When
    Evaluation report = service.evaluate(request("restarted").build());

    // Then
    assertThat(report.getSubsets(0).getInvalid()).isZero();
    assertThat(report.getFacesCount()).isEqualTo(FACES);
    assertThat(inference.streams).hasValue(2);
  }

  @Test
  void aServiceThatIsAwayIsSaidToBeAway() {
    // Given
    try (RunningEvaluation lonely =
        ground.start(
            Map.of(
                "facealign.inference.address", "127.0.0.1:1",
                "facealign.inference.call-timeout", "500ms"))) {

      // When
      StatusRuntimeException failure = failure(() -> lonely.evaluate(request("any").build()));

      // Then
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.getStatus().getDescription()).contains("inference-service at 127.0.0.1:1");
    }
  }

  @Test
  void aServiceThatNeverAnswersIsNotWaitedForForEver() {
    // Given
    inference.publish("dumb", "68", 1);
    inference.silent = true;
    try (RunningEvaluation impatient =
        ground.start(Map.of("facealign.inference.answer-timeout", "300ms"))) {

      // When
      StatusRuntimeException failure = failure(() -> impatient.evaluate(request("dumb").build()));

      // Then
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.getStatus().getDescription()).contains("no answer");
      await().atMost(SOON).until(() -> inference.cancelled.get() == 1);
    }
  }

  @Test
  void stopsWhenTheCallerIsGone() {
    // Given: an evaluation that waits for answers
    inference.publish("slow", "68", 1);
    inference.silent = true;
    Context.CancellableContext call = service.begin(request("slow").build());
    await().atMost(SOON).until(() -> inference.streams.get() == 1);

    // When
    call.cancel(null);

    // Then
    await().atMost(SOON).until(() -> inference.cancelled.get() == 1);
    MeterRegistry metrics = service.bean(MeterRegistry.class);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        metrics
                            .get("facealign.evaluation.runs")
                            .tag("outcome", "cancelled")
                            .timer()
                            .count())
                    .isEqualTo(1));
    assertThat(metrics.get("facealign.evaluation.runs.running").gauge().value()).isZero();
  }

  private EvaluateRequest.Builder request(String model) {
    return request(model, "drawn");
  }

  private static EvaluateRequest.Builder request(String model, String dataset) {
    return EvaluateRequest.newBuilder()
        .setDataset(DatasetRef.newBuilder().setName(dataset))
        .setModel(model);
  }

  private PromotionDecision promote(String model) {
    return service.evaluate(request(model).setPromoteIfBetter(true).build()).getPromotion();
  }

  private Evaluation get(String id) {
    return service
        .client()
        .getEvaluation(GetEvaluationRequest.newBuilder().setEvaluationId(id).build());
  }

  private List<Evaluation> list(String version) {
    return service
        .client()
        .listEvaluations(ListEvaluationsRequest.newBuilder().setModelVersion(version).build())
        .getEvaluationsList();
  }

  private CompareEvaluationsResponse compare(String... ids) {
    return service
        .client()
        .compareEvaluations(
            CompareEvaluationsRequest.newBuilder().addAllEvaluationIds(List.of(ids)).build());
  }

  private static StatusRuntimeException failure(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call);
  }

  private double[] nme(double offsetPx, Normaliser normaliser) {
    return faces.stream()
        .mapToDouble(
            face -> offsetPx / normaliser.distance(LandmarkScheme.IBUG_68, face.landmarks()))
        .toArray();
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).average().orElseThrow();
  }

  @Test
  void aReportIsAPageOverHttpAndGrpc() throws Exception {
    // Given
    String version = inference.publish("paged", "68", 1.5);
    Evaluation report = service.evaluate(request("paged").build());
    String path = "/reports/" + report.getEvaluationId();

    // When
    HttpResponse<String> page = service.get(path);
    HttpResponse<String> index = service.get("/reports");
    HttpResponse<String> json = service.get(path + ".json");

    // Then
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(page.body())
        .contains("paged", version, "Best, median and worst faces", "data:image/jpeg;base64,")
        .doesNotContain("Without the dataset");
    assertThat(index.body()).contains("href=\"" + path + "\"", "paged");
    assertThat(json.headers().firstValue("content-type")).hasValue("application/json");
    Evaluation.Builder parsed = Evaluation.newBuilder();
    JsonFormat.parser().merge(json.body(), parsed);
    assertThat(parsed.build()).isEqualTo(report);
    assertThat(
            service
                .client()
                .renderReport(
                    RenderReportRequest.newBuilder()
                        .setEvaluationId(report.getEvaluationId())
                        .build())
                .getHtml()
                .toStringUtf8())
        .isEqualTo(page.body());

    // Then: what is not there is said, and nobody's markup is taken over
    HttpResponse<String> missing = service.get("/reports/%3Cb%3Enone");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).contains("evaluation: &lt;b&gt;none").doesNotContain("<b>none");
    assertThat(service.get("/reports/none.json").statusCode()).isEqualTo(404);
  }
}
