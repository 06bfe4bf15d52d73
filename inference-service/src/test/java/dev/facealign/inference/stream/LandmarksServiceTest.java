package dev.facealign.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.finding.LandmarkFinder;
import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.v1.Box;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.DetectOptions;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import dev.facealign.v1.Landmark;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PixelFormat;
import dev.facealign.v1.Precision;
import dev.facealign.v1.RawImage;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import java.awt.Color;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole service, with a real broker, store, network and connection, and without a champion. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LandmarksServiceTest {
  private static final double SIZE = 0.4;
  private static final float[] LABELS = TestModels.labels(SIZE);
  private static final Box BOX = box(20, 10, 60, 40);
  private static final ByteString PICTURE = Pictures.jpeg(120, 90);

  private EmbeddedBroker broker;
  private Path artifacts;
  private RunningService service;
  private ModelManifest constant;

  @BeforeAll
  void start(@TempDir Path folder) {
    artifacts = folder;
    broker = EmbeddedBroker.startTemporary();
    service = RunningService.start(broker.bootstrapServers(), artifacts, Map.of());
    constant = service.announce(TestModels.constant(service.store(), "constant", SIZE));
  }

  @AfterAll
  void stop() {
    service.close();
    broker.close();
  }

  @Test
  void isHealthyWithoutAChampionAndSaysThatThereIsNone() {
    assertThat(
            HealthGrpc.newBlockingStub(service.channel())
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);

    StatusRuntimeException error = refused(request().clearModel().build());

    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(error.getStatus().getDescription())
        .startsWith("model: champion (expected: a promoted model");
    assertThat(detail(error, ErrorInfo.class).getReason()).isEqualTo("NO_CHAMPION");
  }

  @Test
  void answersThePointsThatTheCropMeans() {
    // When
    DetectResponse response = service.landmarks().detectImage(request().setTag("mine").build());

    // Then: SQUARE_V1 is a square of 1.15 times the longer side about the box's centre
    assertPoints(response.getFaces(0), 50, 30, 1.15 * 60, 1.15 * 60);
    assertThat(response.getFaces(0).getBox()).isEqualTo(BOX);
    assertThat(response.getFaces(0).hasScore()).isFalse();
    assertThat(response.getFaces(0).getLandmarksList()).noneMatch(Landmark::hasExpectedError);
    assertThat(response.getTag()).isEqualTo("mine");
    assertThat(response.getSequence()).isZero();
    assertThat(response.getModelVersion()).isEqualTo(constant.getVersion());
    assertThat(response.getScheme()).isEqualTo("68");
    assertThat(response.getPrecision()).isEqualTo(Precision.PRECISION_FLOAT32);
    assertThat(response.getImageWidth()).isEqualTo(120);
    assertThat(response.getImageHeight()).isEqualTo(90);
    assertThat(response.getDetector()).isEmpty();
    assertThat(response.hasError()).isFalse();
    assertThat(response.getTimings().getComputeUs()).isPositive();
    assertThat(response.getTimings().getDecodeUs()).isPositive();
    assertThat(response.getTimings().getDetectUs()).isZero();
  }

  @Test
  void tellsHowFarEachPointMayBeOffInPixelsOfThePicture() {
    // Given a model of crops that are no squares, which tells no error that is one for four points
    float[] errors = new float[TestModels.POINTS];
    Arrays.fill(errors, 0.05f);
    errors[1] = 0.01f;
    errors[2] = Float.NaN;
    errors[3] = Float.POSITIVE_INFINITY;
    errors[4] = 0;
    errors[5] = -0.1f;
    ModelManifest sure =
        service.announce(
            TestModels.publish(
                service.store(),
                "sure",
                OnnxFile.constantWithErrors(TestModels.INPUT_PX, LABELS, errors),
                manifest -> manifest.setCropPolicy(CropPolicy.CROP_POLICY_STRETCH_V1)));

    // When
    DetectResponse response =
        service.landmarks().detectImage(request().setModel(sure.getVersion()).build());

    // Then: shares of the geometric mean of 80 and 60 pixels; the points are there all the same
    Face face = response.getFaces(0);
    assertPoints(face, 50, 30, 80, 60);
    float unit = (float) Math.sqrt(80.0 * 60.0);
    Offset<Float> close = Offset.offset(1e-4f);
    assertThat(face.getLandmarks(0).getExpectedError()).isCloseTo(0.05f * unit, close);
    assertThat(face.getLandmarks(1).getExpectedError()).isCloseTo(0.01f * unit, close);
    for (int m = 0; m < TestModels.POINTS; m++) {
      assertThat(face.getLandmarks(m).hasExpectedError())
          .as("expected error of point " + m)
          .isEqualTo(m < 2 || m > 5);
    }
  }

  @Test
  void cropsAsTheModelWasTrained() {
    // Given a model of the published crop
    ModelManifest stretch =
        service.announce(
            TestModels.publish(
                service.store(),
                "stretch",
                OnnxFile.constant(TestModels.INPUT_PX, LABELS),
                manifest -> manifest.setCropPolicy(CropPolicy.CROP_POLICY_STRETCH_V1)));

    // When
    DetectResponse response =
        service.landmarks().detectImage(request().setModel(stretch.getVersion()).build());

    // Then: the box and 10 pixels on every side
    assertPoints(response.getFaces(0), 50, 30, 80, 60);
  }

  @Test
  void answersOneFaceForEachBoxInTheirOrder() {
    // Given boxes, some of them reaching over the edge
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      boxes.add(box(-15 + 6 * i, 70 - 4 * i, 20 + i, 18));
    }

    // When
    DetectResponse response =
        service.landmarks().detectImage(request().clearBoxes().addAllBoxes(boxes).build());

    // Then
    assertThat(response.getFacesList()).extracting(Face::getBox).isEqualTo(boxes);
    for (int i = 0; i < 20; i++) {
      Box box = boxes.get(i);
      double side = 1.15 * Math.max(box.getWidth(), box.getHeight());
      assertPoints(
          response.getFaces(i),
          box.getX() + box.getWidth() / 2,
          box.getY() + box.getHeight() / 2,
          side,
          side);
    }
  }

  @Test
  void answersInCoordinatesOfTheUprightPicture() {
    // Given a picture to be turned: stored 120 x 90, upright 90 x 120; the model tells colours
    ModelManifest colours =
        service.announce(
            TestModels.publish(
                service.store(),
                "colours",
                OnnxFile.meanColours(TestModels.INPUT_PX, 136),
                manifest -> {}));
    ByteString turned =
        Pictures.withOrientation(Pictures.encoded("jpg", Pictures.redThenBlue(120, 90)), 6);
    DetectRequest request =
        DetectRequest.newBuilder()
            .setImage(turned)
            .setModel(colours.getVersion())
            .addBoxes(box(30, 10, 30, 30))
            .addBoxes(box(30, 80, 30, 30))
            .build();

    // When
    DetectResponse response = service.landmarks().detectImage(request);

    // Then red is on top and blue below; point 0 is the crop's centre plus (red, green) x side
    assertThat(response.getImageWidth()).isEqualTo(90);
    assertThat(response.getImageHeight()).isEqualTo(120);
    double side = 1.15 * 30;
    assertThat((response.getFaces(0).getLandmarks(0).getX() - 45) / side)
        .as("red of the upper crop")
        .isGreaterThan(0.9);
    assertThat((response.getFaces(1).getLandmarks(0).getX() - 45) / side)
        .as("red of the lower crop")
        .isLessThan(0.1);
    assertThat((response.getFaces(1).getLandmarks(1).getX() - 45) / side)
        .as("blue of the lower crop")
        .isGreaterThan(0.9);
  }

  @Test
  void takesRawPixels() {
    // Given 2 x 1 blue-green-red pixels
    DetectRequest request =
        request()
            .setRawImage(
                RawImage.newBuilder()
                    .setWidth(2)
                    .setHeight(1)
                    .setFormat(PixelFormat.PIXEL_FORMAT_BGR8)
                    .setPixels(ByteString.copyFrom(new byte[6])))
            .clearBoxes()
            .addBoxes(box(0, 0, 1, 1))
            .build();

    // When
    DetectResponse response = service.landmarks().detectImage(request);

    // Then
    assertPoints(response.getFaces(0), 0.5, 0.5, 1.15, 1.15);
    assertThat(response.getImageWidth()).isEqualTo(2);
  }

  @Test
  void answersNoFaceWhereNoneIsFound() {
    DetectResponse response = service.landmarks().detectImage(request().clearBoxes().build());

    assertThat(response.getFacesList()).isEmpty();
    assertThat(response.hasError()).isFalse();
    assertThat(response.getDetector()).isEqualTo("opencv-haar-frontalface-alt2");
    assertThat(response.getModelVersion()).isEqualTo(constant.getVersion());
    assertThat(response.getTimings().getDetectUs()).isPositive();
  }

  /** FAULTS row 1. */
  @Test
  void aBadRequestFailsAloneAndItsStreamGoesOn() throws Exception {
    // Given
    Detecting stream = Detecting.open(service.streaming());

    // When
    stream.send(request().setTag("0").build());
    stream.send(request().setTag("1").setImage(Pictures.text()).build());
    stream.send(request().setTag("2").setImage(ByteString.EMPTY).build());
    stream.send(request().setTag("3").setImage(PICTURE.substring(0, PICTURE.size() / 2)).build());
    stream.send(request().setTag("4").setModel("nobody").build());
    stream.send(request().setTag("5").addBoxes(box(500, 500, 10, 10)).build());
    stream.send(request().setTag("6").addBoxes(box(0, 0, Double.NaN, 10)).build());
    stream.send(request().setTag("7").clearPicture().build());
    stream.send(
        request().setTag("8").setOptions(DetectOptions.newBuilder().setSmooth(true)).build());
    stream.send(request().setTag("9".repeat(257)).build());
    stream.send(request().setTag("10").setTimestampSeconds(5).build());
    stream.send(request().setTag("11").setTimestampSeconds(5).build());
    stream.send(request().setTag("12").setTimestampSeconds(5.01).build());
    stream.send(request().setTag("13").setModel("").build());
    List<DetectResponse> answers = stream.finish();

    // Then
    assertThat(answers).extracting(DetectResponse::getSequence).isSorted().hasSize(14);
    assertThat(answers)
        .extracting(answer -> answer.getError().getReason())
        .containsExactly(
            "",
            "IMAGE_FORMAT",
            "IMAGE_EMPTY",
            "IMAGE_UNREADABLE",
            "MODEL_NOT_FOUND",
            "BOX_INVALID",
            "BOX_INVALID",
            "IMAGE_EMPTY",
            "INVALID_VALUE",
            "INVALID_VALUE",
            "",
            "INVALID_VALUE",
            "",
            "NO_CHAMPION");
    assertThat(answers.get(4).getError().getCode()).isEqualTo(Code.NOT_FOUND_VALUE);
    assertThat(answers.get(4).getError().getMessage()).contains("nobody");
    assertThat(answers.get(5).getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
    assertThat(answers.get(5).getError().getMessage()).contains("boxes[1]", "500.0", "120 x 90");
    assertThat(answers.get(8).getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
    assertThat(answers.get(8).getError().getMessage()).startsWith("options.smooth: true");
    assertThat(answers.get(9).getTag()).as("a tag too long is not sent back").isEmpty();
    assertThat(answers.get(11).getError().getMessage())
        .contains("timestamp_seconds: 5.0 (expected: > 5.0");
    assertThat(answers.get(12).getFacesCount()).isEqualTo(1);
  }

  @Test
  void badRequestsOfSingleCallsAreTheirStatusWithDetails() {
    StatusRuntimeException error =
        refused(request().clearBoxes().addBoxes(box(1, 2, -3, 4)).build());

    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription())
        .contains("boxes[0]: x 1.0, y 2.0, -3.0 x 4.0 (expected: ");
    assertThat(detail(error, ErrorInfo.class).getReason()).isEqualTo("BOX_INVALID");
    assertThat(detail(error, BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("boxes[0]");
  }

  @Test
  void answersInOrderHoweverLongEachTakes() throws Exception {
    // Given three streams at once, whose requests take very different times
    List<Detecting> streams = new ArrayList<>();
    for (int s = 0; s < 3; s++) {
      streams.add(Detecting.open(service.streaming()));
    }

    // When
    ByteString large = Pictures.plain("png", 900, 700, Color.GREEN);
    for (int i = 0; i < 60; i++) {
      for (Detecting stream : streams) {
        DetectRequest.Builder request = request().setTag("tag-" + i);
        if (i % 7 == 0) {
          request.setImage(large);
        } else if (i % 5 == 0) {
          request.setImage(Pictures.text());
        } else if (i % 3 == 0) {
          request.clearBoxes().addAllBoxes(Collections.nCopies(12, BOX));
        }
        stream.send(request.build());
      }
    }

    // Then
    for (Detecting stream : streams) {
      List<DetectResponse> answers = stream.finish();
      assertThat(answers).hasSize(60);
      for (int i = 0; i < 60; i++) {
        assertThat(answers.get(i).getSequence()).isEqualTo(i);
        assertThat(answers.get(i).getTag()).isEqualTo("tag-" + i);
      }
    }
  }

  @Test
  void facesOfManyCallersShareBatches() throws Exception {
    // Given
    long before = service.batches();
    Detecting stream = Detecting.open(service.streaming());

    // When 40 pictures of 8 faces come
    for (int i = 0; i < 40; i++) {
      stream.send(request().clearBoxes().addAllBoxes(Collections.nCopies(8, BOX)).build());
    }
    stream.finish();

    // Then there were far fewer runs than faces
    assertThat(service.batches() - before).isBetween(40L, 160L);
  }

  /** FAULTS row 10. */
  @Test
  void anAnswerThatIsNotFiniteNeverLeaves() throws Exception {
    // Given a model that answers NaN for dark crops
    ModelManifest fragile =
        service.announce(
            TestModels.publish(
                service.store(),
                "fragile",
                OnnxFile.nanWhenDark(TestModels.INPUT_PX, LABELS),
                manifest -> {}));
    ByteString dark = Pictures.plain("png", 120, 90, Color.BLACK);
    Detecting stream = Detecting.open(service.streaming());

    // When dark and light pictures come together
    for (int i = 0; i < 10; i++) {
      DetectRequest.Builder request = request().setModel(fragile.getVersion());
      stream.send(i % 3 == 1 ? request.setImage(dark).build() : request.build());
    }
    List<DetectResponse> answers = stream.finish();

    // Then
    for (int i = 0; i < 10; i++) {
      if (i % 3 == 1) {
        assertThat(answers.get(i).getError().getCode()).isEqualTo(Code.DATA_LOSS_VALUE);
        assertThat(answers.get(i).getError().getReason()).isEqualTo("OUTPUT_NOT_FINITE");
        assertThat(answers.get(i).getError().getMessage()).contains("face 0", "NaN");
        assertThat(answers.get(i).getFacesList()).isEmpty();
      } else {
        assertPoints(answers.get(i).getFaces(0), 50, 30, 69, 69);
      }
    }
  }

  /** FAULTS row 7. */
  @Test
  void aReaderThatDoesNotReadHoldsNobodyElseUp() throws Exception {
    // Given a stream that sends for ever and never reads; each answer has about 50 KB
    DetectRequest big = request().clearBoxes().addAllBoxes(Collections.nCopies(64, BOX)).build();
    ManagedChannel channel = service.newChannel();
    Detecting deaf = Detecting.openWithoutReading(LandmarksGrpc.newStub(channel));
    double before = service.count("facealign.inference.requests", "rpc", "Detect");

    // When it sends as long as the transport takes requests
    int sent = 0;
    while (sent < 20_000 && settles(deaf)) {
      deaf.send(big);
      sent++;
    }

    // Then the service has stopped reading it, after what the transport's windows hold
    assertThat(sent).isLessThan(20_000);
    await()
        .during(Duration.ofMillis(300))
        .until(() -> service.count("facealign.inference.requests", "rpc", "Detect") - before < 200);
    assertThat(deaf.answers).isEmpty();

    // And others are answered as ever
    Detecting other = Detecting.open(service.streaming());
    for (int i = 0; i < 20; i++) {
      other.send(request().build());
    }
    assertThat(other.finish()).hasSize(20).noneMatch(DetectResponse::hasError);

    deaf.cancel();
    channel.shutdownNow();
    await().until(() -> service.bean(LandmarkFinder.class).open() == 0);
  }

  private static boolean settles(Detecting stream) throws InterruptedException {
    // The transport's answer may come a moment later.
    for (int i = 0; i < 50 && !stream.takesMore(); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return stream.takesMore();
  }

  /** FAULTS row 8. */
  @Test
  void whatIsCancelledWhileItWaitsIsNeverRun() throws Exception {
    // Given a service that runs one face at a time, and a slow model
    try (RunningService slow =
        RunningService.start(
            broker.bootstrapServers(),
            artifacts,
            Map.of("facealign.inference.batch.max-size", 1))) {
      ModelManifest model = slowModel();
      DetectRequest one = request().setModel(model.getVersion()).build();
      slow.landmarks().detectImage(one);
      long before = slow.batches();

      // When a picture of ten faces is in work, and the caller of the next ones goes away
      Detecting busy = Detecting.open(slow.streaming());
      busy.send(one.toBuilder().clearBoxes().addAllBoxes(Collections.nCopies(10, BOX)).build());
      await().until(() -> slow.batches() > before);
      Detecting going = Detecting.open(slow.streaming());
      for (int i = 0; i < 5; i++) {
        going.send(one);
      }
      await().until(() -> slow.bean(LandmarkFinder.class).open() == 6);
      going.cancel();

      // Then
      assertThat(busy.finish()).hasSize(1);
      await().until(() -> slow.bean(LandmarkFinder.class).open() == 0);
      assertThat(slow.batches() - before).isEqualTo(10);
      assertThat(slow.count("facealign.inference.dropped")).isEqualTo(5);
    }
  }

  private ModelManifest slowModel() {
    return service.announce(
        TestModels.publish(
            service.store(),
            "slow",
            OnnxFile.slow(TestModels.INPUT_PX, 200, LABELS),
            manifest -> {}));
  }

  /** FAULTS row 9. */
  @Test
  void aFullQueueRefusesAtOnceAndSaysWhenToComeBack() {
    // Given a queue for 8 faces
    try (RunningService small =
        RunningService.start(
            broker.bootstrapServers(),
            artifacts,
            Map.of("facealign.inference.batch.queue-capacity", 8))) {
      DetectRequest ten = request().clearBoxes().addAllBoxes(Collections.nCopies(10, BOX)).build();

      // When
      StatusRuntimeException error =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> small.landmarks().detectImage(ten));

      // Then
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(error.getStatus().getDescription()).contains("10 more wanted", "at most 8");
      assertThat(Durations.toNanos(detail(error, RetryInfo.class).getRetryDelay())).isPositive();
      assertThat(detail(error, ErrorInfo.class).getReason()).isEqualTo("QUEUE_FULL");
      assertThat(small.landmarks().detectImage(request().build()).getFacesCount()).isEqualTo(1);
    }
  }

  /** FAULTS row 6. */
  @Test
  void aMessageOverTheLimitEndsItsCallOnly() {
    ByteString huge = ByteString.copyFrom(new byte[21 << 20]);
    StatusRuntimeException error = refused(request().setImage(huge).build());
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(service.landmarks().detectImage(request().build()).getFacesCount()).isEqualTo(1);
  }

  /** FAULTS row 12. */
  @Test
  void stoppingAnswersWhatWasTakenInAndEndsStreams() throws Exception {
    // Given a stream with requests on their way
    RunningService stopping = RunningService.start(broker.bootstrapServers(), artifacts, Map.of());
    stopping.landmarks().detectImage(request().build());
    Detecting stream = Detecting.open(stopping.streaming());
    for (int i = 0; i < 10; i++) {
      stream.send(request().setTag("tag-" + i).build());
    }
    await().until(() -> !stream.answers.isEmpty());

    // When
    long began = System.nanoTime();
    stopping.close();

    // Then all that was taken in is answered in order, and the end says why
    Throwable end = stream.end();
    assertThat(end).isInstanceOf(StatusRuntimeException.class);
    assertThat(Status.fromThrowable(end).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    for (int i = 0; i < stream.answers.size(); i++) {
      assertThat(stream.answers.get(i).getTag()).isEqualTo("tag-" + i);
      assertThat(stream.answers.get(i).getFacesCount()).isEqualTo(1);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void tellsItsMetrics() throws Exception {
    service.landmarks().detectImage(request().build());
    HttpResponse<String> page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(service.http().getURL() + "/prometheus")).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(page.body())
        .contains("facealign_inference_requests_total{outcome=\"ok\",rpc=\"DetectImage\"}")
        .contains("facealign_inference_step_seconds_bucket{step=\"compute\"")
        .contains("facealign_inference_step_seconds_count{step=\"queue\"}")
        .contains("facealign_inference_batch_size_bucket")
        .contains("facealign_inference_queue_depth{queue=\"batch\"}")
        .contains("facealign_inference_queue_depth{queue=\"preparation\"}")
        .contains("facealign_inference_streams_open")
        .contains("facealign_inference_faces_total")
        .contains("facealign_inference_model_loads_total{outcome=\"loaded\"}")
        .contains("facealign_inference_models_loaded");
  }

  private DetectRequest.Builder request() {
    return DetectRequest.newBuilder()
        .setImage(PICTURE)
        .addBoxes(BOX)
        .setModel(constant.getVersion());
  }

  private StatusRuntimeException refused(DetectRequest request) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> service.landmarks().detectImage(request));
  }

  /** The points must be the labels, carried into the picture by the crop, to 1e-3 pixels. */
  private static void assertPoints(
      Face face, double centreX, double centreY, double width, double height) {
    assertThat(face.getLandmarksCount()).isEqualTo(TestModels.POINTS);
    Offset<Double> close = Offset.offset(1e-3);
    for (int m = 0; m < TestModels.POINTS; m++) {
      assertThat((double) face.getLandmarks(m).getX())
          .isEqualTo(centreX + LABELS[2 * m] * width, close);
      assertThat((double) face.getLandmarks(m).getY())
          .isEqualTo(centreY + LABELS[2 * m + 1] * height, close);
    }
  }

  private static <T extends Message> T detail(StatusRuntimeException error, Class<T> type) {
    try {
      for (Any any : StatusProto.fromThrowable(error).getDetailsList()) {
        if (any.is(type)) {
          return any.unpack(type);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("no " + type.getSimpleName() + " in " + error);
  }

  private static Box box(double x, double y, double width, double height) {
    return Box.newBuilder().setX(x).setY(y).setWidth(width).setHeight(height).build();
  }
}
