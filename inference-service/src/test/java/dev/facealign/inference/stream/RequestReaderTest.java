package dev.facealign.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.finding.LandmarkQuery;
import dev.facealign.inference.picture.Picture;
import dev.facealign.inference.picture.PictureSettings;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectOptions;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.RawImage;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestReaderTest {
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

  @Test
  void refusesVideoOptionsByName() {
    for (boolean track : new boolean[] {true, false}) {
      DetectOptions options = DetectOptions.newBuilder().setTrack(track).setSmooth(!track).build();
      DetectRequest request =
          DetectRequest.newBuilder()
              .setImage(ByteString.copyFromUtf8("x"))
              .setOptions(options)
              .build();
      assertThatThrownBy(() -> reader.read(request))
          .isInstanceOfSatisfying(
              FaultException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FaultKind.UNIMPLEMENTED);
                assertThat(e.reason()).isEqualTo("OPTION_UNIMPLEMENTED");
                assertThat(e).hasMessageContaining(track ? "track" : "smooth");
              });
    }
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
