package dev.facealign.inference.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.image.RgbImage;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.picture.Picture.PixelOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PictureReaderTest {
  private static final ByteString SIX_BYTES = ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6});

  private final PictureReader reader = new PictureReader(new PictureSettings(4096, 100, 5000, 64));

  @Test
  void readsRawPixelsInTheirOrder() {
    assertThat(reader.read(new Picture.Raw(2, 1, PixelOrder.RGB, SIX_BYTES)).rgb())
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(reader.read(new Picture.Raw(1, 2, PixelOrder.BGR, SIX_BYTES)).rgb())
        .containsExactly(3, 2, 1, 6, 5, 4);
    assertThat(reader.read(new Picture.Raw(3, 2, PixelOrder.GREY, SIX_BYTES)).rgb())
        .containsExactly(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6);
  }

  @Test
  void readsEncodedPicturesUpright() {
    // Given a picture, red on the left, blue on the right, to be turned by 90 degrees to the right
    ByteString jpeg = Pictures.encoded("jpg", Pictures.redThenBlue(40, 20));

    // When
    RgbImage image = reader.read(new Picture.Encoded(Pictures.withOrientation(jpeg, 6)));

    // Then
    assertThat(image.width()).isEqualTo(20);
    assertThat(image.height()).isEqualTo(40);
    assertThat(image.sample(10, 5, 0)).as("red on top").isGreaterThan(200);
    assertThat(image.sample(10, 35, 2)).as("blue below").isGreaterThan(200);
  }

  static Stream<Arguments> badPictures() {
    return Stream.of(
        bad(new Picture.Encoded(ByteString.EMPTY), "IMAGE_EMPTY", "image"),
        bad(new Picture.Encoded(Pictures.text()), "IMAGE_FORMAT", "image"),
        bad(
            new Picture.Encoded(Pictures.jpeg(50, 50).substring(0, 300)),
            "IMAGE_UNREADABLE",
            "image"),
        bad(new Picture.Encoded(Pictures.jpeg(101, 10)), "IMAGE_TOO_LARGE", "101"),
        bad(new Picture.Encoded(Pictures.jpeg(80, 80)), "IMAGE_TOO_LARGE", "80"),
        bad(
            new Picture.Encoded(ByteString.copyFrom(new byte[5000])),
            "IMAGE_TOO_LARGE",
            "5000 bytes"),
        bad(raw(0, 1), "IMAGE_UNREADABLE", "raw_image.width: 0"),
        bad(raw(1, -5), "IMAGE_UNREADABLE", "raw_image.height: -5"),
        bad(raw(101, 1), "IMAGE_TOO_LARGE", "raw_image.width: 101"),
        bad(raw(Integer.MAX_VALUE, Integer.MAX_VALUE), "IMAGE_TOO_LARGE", "raw_image.width"),
        bad(raw(100, 51), "IMAGE_TOO_LARGE", "100 x 51"),
        bad(raw(2, 2), "IMAGE_UNREADABLE", "6 bytes (expected: 2 x 2 x 3 = 12 bytes)"));
  }

  @ParameterizedTest
  @MethodSource("badPictures")
  void refusesBadPicturesByReason(Picture picture, String reason, String named) {
    assertThatThrownBy(() -> reader.read(picture))
        .isInstanceOfSatisfying(
            FaultException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e).hasMessageContaining(named);
            });
  }

  private static Picture raw(int width, int height) {
    return new Picture.Raw(width, height, PixelOrder.RGB, SIX_BYTES);
  }

  private static Arguments bad(Picture picture, String reason, String named) {
    return Arguments.of(picture, reason, named);
  }
}
