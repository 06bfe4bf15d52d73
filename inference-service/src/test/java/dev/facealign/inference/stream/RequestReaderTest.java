package dev.facealign.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.finding.LandmarkQuery;
import dev.facealign.inference.picture.Picture;
import dev.facealign.inference.picture.PictureSettings;
import dev.facealign.inference.track.FaceTracker;
import dev.facealign.inference.track.TrackingSettings;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectOptions;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.RawImage;
import dev.facealign.v1.Smoothing;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestReaderTest {
  private final FaceTracker tracker =
      new FaceTracker(
          new TrackingSettings(
              0.3,
              Duration.ofSeconds(1),
              30,
              Duration.ofSeconds(1),
              30,
              Duration.ofSeconds(2),
              64));
  private final RequestReader reader =
      new RequestReader(new PictureSettings(1 << 20, 1000, 1_000_000, 64));

  @Test
  void takesWhatARequestSays() {
    LandmarkQuery query =
        reader.read(
            DetectRequest.newBuilder()
                .setRawImage(RawImage.newBuilder().setWidth(2).setHeight(3).setFormatValue(3))
                .addBoxes(box(-5, 1, 10, 20))
                .setModel("candidate")
                .setTag("t".repeat(256))
                .setTimestampSeconds(-1.5)
                .setOptions(DetectOptions.newBuilder().setMaxFaces(3))
                .build());

    assertThat(query.picture())
        .isEqualTo(new Picture.Raw(2, 3, Picture.PixelOrder.GREY, ByteString.EMPTY));
    assertThat(query.boxes()).containsExactly(new dev.facealign.geometry.Box(-5, 1, 10, 20));
    assertThat(query.model()).isEqualTo("candidate");
    assertThat(query.maxFaces()).isEqualTo(3);
  }

  @Test
  void fillsInDefaults() {
    LandmarkQuery query =
        reader.read(DetectRequest.newBuilder().setImage(ByteString.copyFromUtf8("x")).build());
    assertThat(query.boxes()).isEmpty();
    assertThat(query.model()).isEmpty();
    assertThat(query.maxFaces()).isEqualTo(64);
  }

  static Stream<Arguments> badRequests() {
    return Stream.of(
        bad("IMAGE_EMPTY", "picture: missing", DetectRequest.Builder::clearImage),
        bad("INVALID_VALUE", "tag: 257 characters", r -> r.setTag("t".repeat(257))),
        bad("INVALID_VALUE", "model: 257", r -> r.setModel("m".repeat(257))),
        bad("INVALID_VALUE", "timestamp_seconds: NaN", r -> r.setTimestampSeconds(Double.NaN)),
        bad("INVALID_VALUE", "options.max_faces: 0", r -> faces(r, 0)),
        bad("INVALID_VALUE", "options.max_faces: 65", r -> faces(r, 65)),
        bad(
            "INVALID_VALUE",
            "raw_image.format: 9 (expected: one of",
            r -> r.setRawImage(RawImage.newBuilder().setFormatValue(9))),
        bad("BOX_INVALID", "boxes[0]: x NaN", r -> r.addBoxes(box(Double.NaN, 0, 1, 1))),
        bad(
            "BOX_INVALID",
            "boxes[1]: x 0.0, y 0.0, 0.0 x 5.0",
            r -> r.addBoxes(box(0, 0, 1, 1)).addBoxes(box(0, 0, 0, 5))),
        bad("BOX_INVALID", "-3.0", r -> r.addBoxes(box(0, 0, 5, -3))),
        bad("BOX_INVALID", "Infinity", r -> r.addBoxes(box(0, 0, Double.POSITIVE_INFINITY, 3))),
        bad(
            "BOX_INVALID",
            "boxes: 65 boxes (expected: at most 64)",
            r -> r.addAllBoxes(Collections.nCopies(65, box(0, 0, 1, 1)))));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("badRequests")
  void refusesByFieldValueAndExpectation(
      String reason, String named, Consumer<DetectRequest.Builder> change) {
    // Given
    DetectRequest.Builder request =
        DetectRequest.newBuilder().setImage(ByteString.copyFromUtf8("x"));
    change.accept(request);

    // When / Then
    assertThatThrownBy(() -> reader.read(request.build()))
        .isInstanceOfSatisfying(
            FaultException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e).hasMessageContaining(named).hasMessageContaining("expected");
            });
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("badVideoOptions")
  void refusesVideoOptionsByName(Consumer<DetectRequest.Builder> change, String message) {
    DetectRequest.Builder request =
        DetectRequest.newBuilder().setImage(ByteString.copyFromUtf8("x")).setTimestampSeconds(1);
    request.getOptionsBuilder().setTrack(true).setSmooth(true);
    change.accept(request);
    assertThatThrownBy(() -> reader.read(request.build(), tracker))
        .isInstanceOfSatisfying(
            FaultException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(e).hasMessageStartingWith(message);
            });
  }

  static Stream<Arguments> badVideoOptions() {
    return Stream.of(
        video("options.smooth: true (expected: with options.track)", r -> track(r, false)),
        video(
            "options.smooth: true (expected: with timestamp_seconds)",
            DetectRequest.Builder::clearTimestampSeconds),
        video("timestamp_seconds: NaN", r -> r.setTimestampSeconds(Double.NaN)),
        video("options.smoothing.min_cutoff_hz: 0.0", r -> smoothing(r).setMinCutoffHz(0)),
        video("options.smoothing.beta: -1.0", r -> smoothing(r).setBeta(-1)),
        video("options.smoothing.beta: Infinity", r -> smoothing(r).setBeta(1 / 0.0)),
        video(
            "options.smoothing.derivative_cutoff_hz: NaN",
            r -> smoothing(r).setDerivativeCutoffHz(Double.NaN)));
  }

  private static Arguments video(String message, Consumer<DetectRequest.Builder> change) {
    return Arguments.of(change, message);
  }

  private static void track(DetectRequest.Builder request, boolean track) {
    request.getOptionsBuilder().setTrack(track);
  }

  private static Smoothing.Builder smoothing(DetectRequest.Builder request) {
    return request.getOptionsBuilder().getSmoothingBuilder();
  }

  @Test
  void onePictureIsNoStream() {
    DetectRequest.Builder request =
        DetectRequest.newBuilder().setImage(ByteString.copyFromUtf8("x"));
    track(request, true);
    assertThatThrownBy(() -> reader.read(request.build()))
        .hasMessageStartingWith("options.track: true (expected: absent or false");
  }

  @Test
  void readsHowAStreamIsFollowed() {
    // Given
    DetectRequest.Builder request =
        DetectRequest.newBuilder().setImage(ByteString.copyFromUtf8("x")).setTimestampSeconds(2.5);
    request.getOptionsBuilder().setTrack(true).setSmooth(true).getSmoothingBuilder().setBeta(0);

    // When
    LandmarkQuery.Video video = video(request);

    // Then
    assertThat(video.tracker()).isSameAs(tracker);
    assertThat(video.seconds()).hasValue(2.5);
    assertThat(video.smoothing()).isEqualTo(new dev.facealign.inference.track.Smoothing(1, 0, 1));
    track(request.clearTimestampSeconds(), true);
    request.getOptionsBuilder().setSmooth(false);
    assertThat(video(request).smoothing()).isNull();
    track(request, false);
    assertThat(reader.read(request.build(), tracker).video()).isNull();
  }

  private LandmarkQuery.Video video(DetectRequest.Builder request) {
    return Objects.requireNonNull(reader.read(request.build(), tracker).video());
  }

  private static DetectRequest.Builder faces(DetectRequest.Builder request, int faces) {
    return request.setOptions(DetectOptions.newBuilder().setMaxFaces(faces));
  }

  private static Box box(double x, double y, double width, double height) {
    return Box.newBuilder().setX(x).setY(y).setWidth(width).setHeight(height).build();
  }

  private static Arguments bad(
      String reason, String named, Consumer<DetectRequest.Builder> change) {
    return Arguments.of(reason, named, change);
  }
}
