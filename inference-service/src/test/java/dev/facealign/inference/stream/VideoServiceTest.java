package dev.facealign.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.finding.LandmarkFinder;
import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.SquaresDetector;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.v1.Box;
import dev.facealign.v1.BoxOrigin;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import dev.facealign.v1.Landmark;
import dev.facealign.v1.ModelManifest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Videos through the whole service: a real broker, store, network and connection. Faces are white
 * squares, the network draws its points around what is bright, and the detector finds squares.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VideoServiceTest {
  private static final int WIDTH = 200;
  private static final int HEIGHT = 120;
  private static final double FRAME = 0.04;

  private EmbeddedBroker broker;
  private RunningService service;
  private ModelManifest bright;

  @BeforeAll
  void start(@TempDir Path folder) {
    broker = EmbeddedBroker.startTemporary();
    service =
        RunningService.start(
            broker.bootstrapServers(), folder, Map.of(SquaresDetector.SETTING, true));
    bright =
        service.announce(
            TestModels.publish(
                service.store(), "bright", OnnxFile.bright(TestModels.INPUT_PX), manifest -> {}));
  }

  @AfterAll
  void stop() {
    service.close();
    broker.close();
  }

  @Test
  void followsAMovingFaceWithoutLookingForItAgain() throws Exception {
    // Given twenty pictures of a face that moves to the right and grows, all sent at once
    Detecting stream = Detecting.open(service.streaming());
    for (int i = 0; i < 20; i++) {
      stream.send(picture(FRAME * i, face(50 + 3 * i, 60, 30 + i)).build());
    }

    // When
    List<DetectResponse> answers = stream.finish();

    // Then it is found once and followed from then on, each time from where it was before
    for (int i = 0; i < 20; i++) {
      DetectResponse answer = answers.get(i);
      assertThat(answer.hasError()).as(answer.getError().getMessage()).isFalse();
      Face face = answer.getFaces(0);
      assertThat(answer.getFacesCount()).isEqualTo(1);
      assertThat(face.getTrackId()).isEqualTo(1);
      assertThat(face.getBoxOrigin())
          .isEqualTo(i == 0 ? BoxOrigin.BOX_ORIGIN_DETECTED : BoxOrigin.BOX_ORIGIN_TRACKED);
      assertThat(answer.getDetector()).isEqualTo(i == 0 ? SquaresDetector.NAME : "");
      assertThat(answer.getTimings().getDetectUs() > 0).isEqualTo(i == 0);
      assertThat(face.getScore()).as("score in picture " + i).isBetween(0.5f, 1f);
      assertThat(centreX(face)).isCloseTo(50 + 3 * i, Offset.offset(1.5));
    }
    assertThat(answers).extracting(DetectResponse::getSequence).isSorted();
  }

  @Test
  void looksForNewFacesNowAndThen() throws Exception {
    // Given a second, larger face in the second picture
    Detecting stream = Detecting.open(service.streaming());
    stream.send(picture(0, face(50, 60, 30)).build());
    for (int i = 1; i <= 12; i++) {
      stream.send(picture(0.1 * i, face(50, 60, 30), face(140, 60, 40)).build());
    }

    // When
    List<DetectResponse> answers = stream.finish();

    // Then it is found after a second, and is first in the answer
    for (int i = 0; i < 10; i++) {
      assertThat(identities(answers.get(i))).containsExactly(1L);
    }
    assertThat(identities(answers.get(10))).containsExactly(2L, 1L);
    assertThat(answers.get(10).getFacesList())
        .extracting(Face::getBoxOrigin)
        .containsExactly(BoxOrigin.BOX_ORIGIN_DETECTED, BoxOrigin.BOX_ORIGIN_TRACKED);
    assertThat(identities(answers.get(12))).containsExactly(2L, 1L);
    assertThat(answers.get(11).getDetector()).isEmpty();
  }

  @Test
  void withoutTimesPicturesAreCounted() throws Exception {
    Detecting stream = Detecting.open(service.streaming());
    for (int i = 0; i < 35; i++) {
      stream.send(
          picture(0, face(50, 60, 30), face(140, 60, i == 0 ? 0 : 40))
              .clearTimestampSeconds()
              .build());
    }

    List<DetectResponse> answers = stream.finish();

    for (int i = 0; i < 35; i++) {
      assertThat(answers.get(i).getFacesCount()).as("picture " + i).isEqualTo(i < 30 ? 1 : 2);
    }
  }

  @Test
  void aFaceThatIsLostIsNoticedAndKeepsItsIdentityForATime() throws Exception {
    // Given a face that is away for half a second, and later for more than one
    Detecting stream = Detecting.open(service.streaming());
    stream.send(picture(0, face(50, 60, 30)).build());
    stream.send(picture(0.1).build());
    stream.send(picture(0.5).build());
    stream.send(picture(0.6, face(56, 60, 30)).build());
    stream.send(picture(1.0).build());
    stream.send(picture(1.8).build());
    stream.send(picture(2.0, face(56, 60, 30)).build());

    // When
    List<DetectResponse> answers = stream.finish();

    // Then
    assertThat(answers.stream().map(VideoServiceTest::identities))
        .containsExactly(
            List.of(1L), List.of(), List.of(), List.of(1L), List.of(), List.of(), List.of(2L));
    assertThat(answers).extracting(DetectResponse::getDetector).containsOnly("squares");
  }

  @Test
  void aPictureThatCannotBeReadLosesNobody() throws Exception {
    Detecting stream = Detecting.open(service.streaming());
    stream.send(picture(0, face(50, 60, 30)).build());
    stream.send(picture(0.04).setImage(Pictures.text()).build());
    stream.send(picture(0.08).setModel("nobody").build());
    stream.send(picture(0.12, face(53, 60, 30)).build());

    List<DetectResponse> answers = stream.finish();

    assertThat(answers)
        .extracting(answer -> answer.getError().getReason())
        .containsExactly("", "IMAGE_FORMAT", "MODEL_NOT_FOUND", "");
    assertThat(identities(answers.get(3))).containsExactly(1L);
    assertThat(answers.get(3).getFaces(0).getBoxOrigin()).isEqualTo(BoxOrigin.BOX_ORIGIN_TRACKED);
  }

  @Test
  void anotherSizeAnotherModelAndALongGapBeginAnewWithNewIdentities() throws Exception {
    // Given
    ModelManifest again =
        service.announce(
            TestModels.publish(
                service.store(),
                "bright-again",
                OnnxFile.bright(TestModels.INPUT_PX),
                manifest -> {}));
    Detecting stream = Detecting.open(service.streaming());

    // When
    stream.send(picture(0, face(50, 60, 30)).build());
    ByteString larger = Pictures.squares(WIDTH + 1, HEIGHT, face(50, 60, 30));
    stream.send(picture(0.1).setImage(larger).build());
    stream.send(picture(0.2).setImage(larger).setModel(again.getVersion()).build());
    stream.send(picture(2.3).setImage(larger).setModel(again.getVersion()).build());
    List<DetectResponse> answers = stream.finish();

    // Then
    assertThat(answers.stream().map(VideoServiceTest::identities))
        .containsExactly(List.of(1L), List.of(2L), List.of(3L), List.of(4L));
  }

  @Test
  void givenBoxesAreTakenAsTheyAreAndFacesAreKnownByTheirPlaces() throws Exception {
    // Given two faces that move, in boxes whose order changes
    Detecting stream = Detecting.open(service.streaming());
    double[] left = face(50, 60, 30);
    double[] right = face(140, 60, 40);
    stream.send(given(0, left, right));
    stream.send(given(0.04, face(143, 60, 40), face(52, 60, 30)));
    stream.send(given(0.08, face(100, 20, 20)));
    stream.send(given(0.12, face(55, 60, 30), face(100, 20, 20)));
    // and then nothing but pictures
    stream.send(picture(0.16, face(57, 60, 30), face(100, 20, 20)).build());

    // When
    List<DetectResponse> answers = stream.finish();

    // Then
    assertThat(answers.stream().map(VideoServiceTest::identities))
        .containsExactly(
            List.of(1L, 2L), List.of(2L, 1L), List.of(3L), List.of(1L, 3L), List.of(1L, 3L));
    assertThat(answers.get(1).getFacesList())
        .extracting(Face::getBoxOrigin)
        .containsOnly(BoxOrigin.BOX_ORIGIN_GIVEN);
    assertThat(answers.get(4).getFacesList())
        .extracting(Face::getBoxOrigin)
        .contains(BoxOrigin.BOX_ORIGIN_TRACKED);
  }

  @Test
  void twoThatBecomeOneAreTheOlderOne() throws Exception {
    // Given two boxes about one face: by what the caller says they are two
    Detecting stream = Detecting.open(service.streaming());
    double[] face = face(80, 60, 30);
    DetectRequest twice =
        picture(0, face).addBoxes(box(80, 60, 34)).addBoxes(box(82, 61, 36)).build();
    stream.send(twice);
    stream.send(picture(0.04, face).build());
    stream.send(picture(0.08, face).build());

    // When
    List<DetectResponse> answers = stream.finish();

    // Then
    assertThat(answers.stream().map(VideoServiceTest::identities))
        .containsExactly(List.of(1L, 2L), List.of(1L), List.of(1L));
  }

  @Test
  void smoothsPointsOverTime() throws Exception {
    // Given a face that trembles by a pixel
    Random random = new Random(5);
    Detecting plain = Detecting.open(service.streaming());
    Detecting smooth = Detecting.open(service.streaming());
    for (int i = 0; i < 40; i++) {
      double[] face = face(80 + random.nextGaussian(), 60, 40);
      plain.send(picture(FRAME * i, face).build());
      DetectRequest.Builder request = picture(FRAME * i, face);
      request.getOptionsBuilder().setSmooth(true).getSmoothingBuilder().setBeta(0);
      smooth.send(request.build());
    }

    // When
    List<DetectResponse> asItIs = plain.finish();
    List<DetectResponse> smoothed = smooth.finish();

    // Then the first picture is as it is, and the rest is steady
    assertThat(smoothed.get(0).getFaces(0)).isEqualTo(asItIs.get(0).getFaces(0));
    assertThat(tremble(smoothed)).isLessThan(0.3 * tremble(asItIs));
  }

  @Test
  void manyStreamsFollowSideBySideAndOthersAreAnsweredBetween() throws Exception {
    // Given
    List<Detecting> streams = new ArrayList<>();
    for (int s = 0; s < 6; s++) {
      streams.add(Detecting.open(service.streaming()));
    }

    // When each has a face that moves, and every third picture is not followed
    for (int i = 0; i < 30; i++) {
      for (int s = 0; s < streams.size(); s++) {
        DetectRequest.Builder request = picture(FRAME * i, face(50 + 2 * i, 30 + 10 * s, 24));
        if (i % 3 == 2) {
          request.clearOptions();
        }
        streams.get(s).send(request.build());
      }
    }

    // Then
    for (int s = 0; s < streams.size(); s++) {
      List<DetectResponse> answers = streams.get(s).finish();
      assertThat(answers).extracting(DetectResponse::getSequence).isSorted().hasSize(30);
      for (int i = 0; i < 30; i++) {
        Face face = answers.get(i).getFaces(0);
        assertThat(centreX(face)).isCloseTo(50 + 2 * i, Offset.offset(1.5));
        assertThat(face.hasTrackId()).isEqualTo(i % 3 != 2);
        assertThat(face.getTrackId()).isEqualTo(i % 3 == 2 ? 0 : 1);
      }
    }
  }

  @Test
  void aCallerWhoGoesAwayLeavesNothingBehind() {
    Detecting stream = Detecting.open(service.streaming());
    for (int i = 0; i < 16; i++) {
      stream.send(picture(FRAME * i, face(80, 60, 30)).build());
    }
    await().until(() -> !stream.answers.isEmpty());

    stream.cancel();

    await().until(() -> service.bean(LandmarkFinder.class).open() == 0);
  }

  @Test
  void tellsHeadPosesWhereTheSchemeHasThem() throws Exception {
    // Given a model of another scheme
    ModelManifest other =
        service.announce(
            TestModels.publish(
                service.store(),
                "twenty-nine",
                OnnxFile.constant(TestModels.INPUT_PX, new float[58]),
                manifest -> manifest.setScheme("29").setLandmarkCount(29)));
    DetectRequest.Builder request = picture(0, face(80, 60, 30));
    request.getOptionsBuilder().setTrack(false).setHeadPose(true);

    // When
    Face face = service.landmarks().detectImage(request.build()).getFaces(0);
    StatusRuntimeException error =
        refused(request.setModel(other.getVersion()).clearTimestampSeconds().build());

    // Then
    assertThat(face.hasHeadPose()).isTrue();
    assertThat(face.hasTrackId()).isFalse();
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription())
        .startsWith("options.head_pose: true (expected: ");
    request.getOptionsBuilder().setHeadPose(false);
    assertThat(service.landmarks().detectImage(request.build()).getFaces(0).hasHeadPose())
        .isFalse();
  }

  @Test
  void aSingleCallIsNotFollowed() {
    StatusRuntimeException error = refused(picture(0, face(80, 60, 30)).build());

    assertThat(error.getStatus().getCode().value()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
    assertThat(error.getStatus().getDescription()).startsWith("options.track: true");
  }

  private StatusRuntimeException refused(DetectRequest request) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> service.landmarks().detectImage(request));
  }

  private DetectRequest.Builder picture(double seconds, double[]... faces) {
    DetectRequest.Builder request =
        DetectRequest.newBuilder()
            .setImage(Pictures.squares(WIDTH, HEIGHT, faces))
            .setModel(bright.getVersion())
            .setTimestampSeconds(seconds);
    request.getOptionsBuilder().setTrack(true);
    return request;
  }

  private DetectRequest given(double seconds, double[]... faces) {
    DetectRequest.Builder request = picture(seconds, faces);
    for (double[] face : faces) {
      request.addBoxes(box(face[0], face[1], 1.2 * face[2]));
    }
    return request.build();
  }

  private static double[] face(double centreX, double centreY, double side) {
    return new double[] {centreX, centreY, side};
  }

  private static Box box(double centreX, double centreY, double side) {
    return Box.newBuilder()
        .setX(centreX - side / 2)
        .setY(centreY - side / 2)
        .setWidth(side)
        .setHeight(side)
        .build();
  }

  private static List<Long> identities(DetectResponse answer) {
    return answer.getFacesList().stream().map(Face::getTrackId).toList();
  }

  private static double centreX(Face face) {
    return face.getLandmarksList().stream().mapToDouble(Landmark::getX).average().orElseThrow();
  }

  /** How far the face goes from picture to picture. */
  private static double tremble(List<DetectResponse> answers) {
    double sum = 0;
    for (int i = 1; i < answers.size(); i++) {
      sum +=
          Math.abs(centreX(answers.get(i).getFaces(0)) - centreX(answers.get(i - 1).getFaces(0)));
    }
    return sum;
  }
}
