package dev.facealign.inference.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Landmark;
import dev.facealign.v1.ModelManifest;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * FAULTS rows 1 to 5: pictures and boxes that are bad, hostile or rare, sent to the real service.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PictureFaultsTest {
  private static final int WIDTH = 120;
  private static final int HEIGHT = 90;
  private static final Color COLOUR = new Color(200, 120, 40);
  private static final ByteString GOOD = Pictures.jpeg(WIDTH, HEIGHT);
  private static final ByteString GOOD_PNG = Pictures.plain("png", WIDTH, HEIGHT, COLOUR);
  private static final Box MIDDLE = box(45, 30, 30, 30);

  private EmbeddedBroker broker;
  private RunningService service;
  // Answers the means of red, green and blue as the first three labels.
  private ModelManifest colours;

  @BeforeAll
  void start(@TempDir Path folder) {
    broker = EmbeddedBroker.startTemporary();
    service = RunningService.start(broker.bootstrapServers(), folder, Map.of());
    colours =
        service.announce(
            TestModels.publish(
                service.store(),
                "colours",
                OnnxFile.meanColours(TestModels.INPUT_PX, 2 * TestModels.POINTS),
                manifest -> {}));
  }

  @AfterAll
  void stop() {
    service.close();
    broker.close();
  }

  static Stream<Arguments> badPictures() {
    ByteString png = GOOD_PNG;
    return Stream.of(
        bad("nothing", ByteString.EMPTY, "IMAGE_EMPTY", "0 bytes"),
        bad("text", Pictures.text(), "IMAGE_FORMAT", "3c 68 74 6d"),
        bad("one byte", GOOD.substring(0, 1), "IMAGE_FORMAT", "ff"),
        bad("a JPEG cut off", GOOD.substring(0, GOOD.size() / 2), "IMAGE_UNREADABLE", "cut off"),
        bad("a PNG cut off", png.substring(0, png.size() - 3), "IMAGE_UNREADABLE", "cut off"),
        bad("a JPEG's start", GOOD.substring(0, 3), "IMAGE_UNREADABLE", "cut off"),
        bad(
            "a wrong signature",
            ByteString.copyFrom(new byte[] {1}).concat(GOOD.substring(1)),
            "IMAGE_FORMAT",
            "01 d8 ff"),
        bad("GIF", latin("GIF89a, and more"), "IMAGE_FORMAT", "GIF"),
        bad("WebP", latin("RIFF____WEBPVP8 ____"), "IMAGE_FORMAT", "WebP"),
        bad("TIFF", latin("II*\0________"), "IMAGE_FORMAT", "TIFF"),
        bad("HEIF", latin("____ftypheic____"), "IMAGE_FORMAT", "HEIF"),
        // Row 2
        bad(
            "a JPEG of 60000 x 60000",
            Pictures.jpegWithSides(GOOD, 60_000, 60_000),
            "IMAGE_TOO_LARGE",
            "60000 x 60000"),
        bad(
            "a PNG of 60000 x 60000",
            Pictures.pngWithSides(png, 60_000, 60_000),
            "IMAGE_TOO_LARGE",
            "60000 x 60000"),
        bad(
            "a PNG of two thousand million pixels a side",
            Pictures.pngWithSides(png, Integer.MAX_VALUE, Integer.MAX_VALUE),
            "IMAGE_TOO_LARGE",
            "2147483647"),
        bad(
            "a PNG of more pixels than its bytes can have",
            Pictures.pngWithSides(png, 5_000, 5_000),
            "IMAGE_UNREADABLE",
            "5000 x 5000 pixels in"),
        bad(
            "a JPEG of more pixels than its bytes can have",
            Pictures.jpegWithSides(GOOD, 5_000, 5_000),
            "IMAGE_UNREADABLE",
            "5000 x 5000 pixels in"),
        bad(
            "fewer rows than the header says",
            Pictures.pngWithSides(png, WIDTH, 2 * HEIGHT),
            "IMAGE_UNREADABLE",
            "png"),
        bad(
            "a JPEG of thousands of scans",
            Pictures.jpegWithScans(GOOD, 5_000),
            "IMAGE_TOO_LARGE",
            "5000 scans"));
  }

  /** FAULTS rows 1 and 2: a picture's own error, and the stream goes on. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("badPictures")
  void aBadPictureIsRefusedByReasonAndTheStreamGoesOn(
      String what, ByteString picture, String reason, String named) throws Exception {
    // When
    List<DetectResponse> answers =
        Detecting.open(service.streaming())
            .send(request(picture).build())
            .send(request(GOOD).build())
            .finish();

    // Then
    assertThat(answers).as(what).hasSize(2);
    assertThat(answers.get(0).getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
    assertThat(answers.get(0).getError().getReason()).isEqualTo(reason);
    assertThat(answers.get(0).getError().getMessage()).contains(named).contains("(expected: ");
    assertThat(answers.get(0).getFacesList()).isEmpty();
    assertThat(answers.get(1).getFacesCount()).isEqualTo(1);
  }

  /** FAULTS row 1: ten thousand of them leave nothing behind. */
  @Test
  void memoryIsFlatAfterTenThousandBadMessages() throws Exception {
    // Given what a thousand leave behind
    List<ByteString> pictures =
        badPictures()
            .map(arguments -> (ByteString) arguments.get()[1])
            // Large ones would only make the test slow.
            .filter(picture -> picture.size() < 10_000)
            .toList();
    double refusedBefore = refused();
    sendBad(pictures, 1_000);
    long heapBefore = Memory.heapAfterCollection();
    long descriptorsBefore = Memory.descriptors();

    // When nine thousand more come
    for (int i = 0; i < 9; i++) {
      sendBad(pictures, 1_000);
    }

    // Then each was counted, and nothing was kept
    assertThat(refused() - refusedBefore).isEqualTo(10_000);
    assertThat(service.open()).isZero();
    assertThat(service.waiting("batch")).isZero();
    assertThat(service.waiting("preparation")).isZero();
    assertThat(Memory.heapAfterCollection() - heapBefore).isLessThan(24L << 20);
    assertThat(Memory.descriptors() - descriptorsBefore).isLessThan(20);
    assertThat(service.landmarks().detectImage(request(GOOD).build()).getFacesCount()).isEqualTo(1);
  }

  private void sendBad(List<ByteString> pictures, int count) throws Exception {
    Detecting stream = Detecting.open(service.streaming());
    for (int i = 0; i < count; i++) {
      stream.send(request(pictures.get(i % pictures.size())).build());
    }
    assertThat(stream.finish()).hasSize(count).allMatch(DetectResponse::hasError);
  }

  private double refused() {
    return service.count(
        "facealign.inference.requests", "rpc", "Detect", "outcome", "invalid_argument");
  }

  static Stream<Arguments> forms() {
    BufferedImage grey = Pictures.image(WIDTH, HEIGHT, Color.GRAY, BufferedImage.TYPE_BYTE_GRAY);
    int greyLevel = grey.getRaster().getSample(0, 0, 0);
    BufferedImage indexed =
        Pictures.image(WIDTH, HEIGHT, Color.RED, BufferedImage.TYPE_BYTE_INDEXED);
    BufferedImage clear =
        Pictures.image(WIDTH, HEIGHT, new Color(255, 0, 0, 128), BufferedImage.TYPE_INT_ARGB);
    return Stream.of(
        Arguments.of("JPEG", Pictures.plain("jpg", WIDTH, HEIGHT, COLOUR), 200, 120, 40),
        Arguments.of("PNG", GOOD_PNG, 200, 120, 40),
        Arguments.of("grey JPEG", Pictures.encoded("jpg", grey), greyLevel, greyLevel, greyLevel),
        Arguments.of("grey PNG", Pictures.encoded("png", grey), greyLevel, greyLevel, greyLevel),
        Arguments.of("CMYK JPEG", Pictures.cmykJpeg(WIDTH, HEIGHT, 0, 255, 255, 51), 204, 0, 0),
        Arguments.of(
            "16 bits", Pictures.deepPng(WIDTH, HEIGHT, 200 << 8, 120 << 8, 40 << 8), 200, 120, 40),
        Arguments.of("alpha, over white", Pictures.encoded("png", clear), 255, 127, 127),
        Arguments.of("palette", Pictures.encoded("png", indexed), 255, 0, 0));
  }

  /** FAULTS row 3: every form of picture becomes the colours it shows. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void everyFormIsReadAsTheColoursItShows(
      String what, ByteString picture, int red, int green, int blue) {
    // When
    DetectResponse answer = service.landmarks().detectImage(request(picture).build());

    // Then point 0 is the crop's centre plus red and green times its side, point 1 plus blue
    double side = 1.15 * 30;
    assertThat(answer.getImageWidth()).isEqualTo(WIDTH);
    assertThat(answer.getImageHeight()).isEqualTo(HEIGHT);
    Offset<Double> close = Offset.offset(0.02);
    Landmark first = answer.getFaces(0).getLandmarks(0);
    Landmark second = answer.getFaces(0).getLandmarks(1);
    assertThat((first.getX() - 60) / side).as(what).isCloseTo(red / 255.0, close);
    assertThat((first.getY() - 45) / side).as(what).isCloseTo(green / 255.0, close);
    assertThat((second.getX() - 60) / side).as(what).isCloseTo(blue / 255.0, close);
  }

  /**
   * FAULTS row 3: all EXIF orientations, answered in the upright picture. A picture whose left half
   * is red and whose right half is blue shows red on the left, on the right, above or below.
   */
  @ParameterizedTest(name = "orientation {0}: red {1}")
  @CsvSource({
    "1, left",
    "2, right",
    "3, right",
    "4, left",
    "5, above",
    "6, above",
    "7, below",
    "8, below"
  })
  void answersInCoordinatesOfTheUprightPicture(int orientation, String where) {
    // Given
    ByteString picture =
        Pictures.withOrientation(
            Pictures.encoded("jpg", Pictures.redThenBlue(WIDTH, HEIGHT)), orientation);
    boolean turned = orientation > 4;
    int width = turned ? HEIGHT : WIDTH;
    int height = turned ? WIDTH : HEIGHT;
    Box left = box(5, height / 2.0 - 10, 20, 20);
    Box right = box(width - 25, height / 2.0 - 10, 20, 20);
    Box above = box(width / 2.0 - 10, 5, 20, 20);
    Box below = box(width / 2.0 - 10, height - 25, 20, 20);

    // When
    DetectResponse answer =
        service
            .landmarks()
            .detectImage(
                request(picture)
                    .clearBoxes()
                    .addBoxes(turned ? above : left)
                    .addBoxes(turned ? below : right)
                    .build());

    // Then
    assertThat(answer.getImageWidth()).isEqualTo(width);
    assertThat(answer.getImageHeight()).isEqualTo(height);
    boolean firstIsRed = where.equals("left") || where.equals("above");
    assertThat(red(answer, 0) > 0.8).isEqualTo(firstIsRed);
    assertThat(red(answer, 1) > 0.8).isEqualTo(!firstIsRed);
  }

  private static double red(DetectResponse answer, int face) {
    Box box = answer.getFaces(face).getBox();
    double centre = box.getX() + box.getWidth() / 2;
    return (answer.getFaces(face).getLandmarks(0).getX() - centre) / (1.15 * 20);
  }

  /** FAULTS row 3: extreme proportions, with boxes and searched for faces. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5000", "5000, 1", "2, 16384"})
  void extremeProportionsAreAnswered(int width, int height) {
    // When
    ByteString picture = Pictures.plain("png", width, height, COLOUR);
    DetectResponse given =
        service
            .landmarks()
            .detectImage(request(picture).clearBoxes().addBoxes(box(-0.5, -0.5, 1, 1)).build());
    DetectResponse found = service.landmarks().detectImage(request(picture).clearBoxes().build());

    // Then
    assertThat(given.getFacesCount()).isEqualTo(1);
    assertThat(given.getFaces(0).getLandmarksList())
        .allMatch(point -> Float.isFinite(point.getX()) && Float.isFinite(point.getY()));
    assertThat(given.getImageWidth()).isEqualTo(width);
    assertThat(given.getImageHeight()).isEqualTo(height);
    // FAULTS row 5: no face is invented.
    assertThat(found.getFacesList()).isEmpty();
    assertThat(found.hasError()).isFalse();
  }

  static Stream<Arguments> boxes() {
    double infinite = Double.POSITIVE_INFINITY;
    return Stream.of(
        Arguments.of("x is NaN", box(Double.NaN, 0, 5, 5), false),
        Arguments.of("y is NaN", box(0, Double.NaN, 5, 5), false),
        Arguments.of("no width", box(5, 5, 0, 5), false),
        Arguments.of("no area at all", box(5, 5, 0, 0), false),
        Arguments.of("the default", Box.getDefaultInstance(), false),
        Arguments.of("inverted across", box(40, 5, -20, 20), false),
        Arguments.of("inverted down", box(5, 40, 20, -20), false),
        Arguments.of("endless", box(0, 0, infinite, 10), false),
        Arguments.of("at the end of the world", box(-infinite, 0, 10, 10), false),
        Arguments.of("beyond single precision", box(-1e300, -1e300, 2e300, 2e300), false),
        Arguments.of("larger than may be", box(-10, -10, 1e7, 1e7), false),
        Arguments.of("left of the picture", box(-50, 10, 20, 20), false),
        Arguments.of("below the picture", box(10, 200, 20, 20), false),
        Arguments.of("touching its edge from outside", box(119.5, 10, 20, 20), false),
        Arguments.of("reaching over its edge", box(-10, -10, 40, 40), true),
        Arguments.of("around all of it", box(-500, -500, 1200, 1200), true),
        Arguments.of("as large as may be", box(-500_000, -500_000, 1e6, 1e6), true),
        Arguments.of("smaller than a pixel", box(50, 50, 1e-3, 1e-3), true),
        Arguments.of("a line nearly", box(10, 10, 100, 1e-300), true));
  }

  /** FAULTS row 4: a box that touches the picture is answered as it is, any other is refused. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("boxes")
  void aBoxIsAnsweredAsItIsOrRefused(String what, Box box, boolean answered) throws Exception {
    // When a good box stands before it, and a good picture comes after it
    List<DetectResponse> answers =
        Detecting.open(service.streaming())
            .send(request(GOOD).addBoxes(box).build())
            .send(request(GOOD).build())
            .finish();

    // Then
    if (answered) {
      assertThat(answers.get(0).getError().getMessage()).as(what).isEmpty();
      assertThat(answers.get(0).getFaces(1).getBox()).isEqualTo(box);
      assertThat(answers.get(0).getFaces(1).getLandmarksList())
          .hasSize(TestModels.POINTS)
          .allMatch(point -> Float.isFinite(point.getX()) && Float.isFinite(point.getY()));
    } else {
      assertThat(answers.get(0).getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
      assertThat(answers.get(0).getError().getReason()).as(what).isEqualTo("BOX_INVALID");
      assertThat(answers.get(0).getError().getMessage()).startsWith("boxes[1]: ");
    }
    assertThat(answers.get(1).getFacesCount()).isEqualTo(1);
  }

  /** FAULTS row 4: ten thousand boxes are refused before anything is decoded. */
  @Test
  void tenThousandBoxesAreRefusedByTheirNumber() throws Exception {
    // When
    List<DetectResponse> answers =
        Detecting.open(service.streaming())
            .send(request(GOOD).addAllBoxes(Collections.nCopies(10_000, MIDDLE)).build())
            .send(request(GOOD).build())
            .finish();

    // Then
    assertThat(answers.get(0).getError().getReason()).isEqualTo("BOX_INVALID");
    assertThat(answers.get(0).getError().getMessage())
        .isEqualTo("boxes: 10001 boxes (expected: at most 64)");
    assertThat(answers.get(1).getFacesCount()).isEqualTo(1);
  }

  /** FAULTS row 4: a missing box, and row 5: no face is found, and none is invented. */
  @Test
  void withoutBoxesAPictureWithoutFacesHasNone() {
    DetectResponse answer = service.landmarks().detectImage(request(GOOD).clearBoxes().build());
    assertThat(answer.getFacesList()).isEmpty();
    assertThat(answer.hasError()).isFalse();
    assertThat(answer.getDetector()).isNotEmpty();
    await().until(() -> service.open() == 0);
  }

  private DetectRequest.Builder request(ByteString picture) {
    return DetectRequest.newBuilder()
        .setImage(picture)
        .addBoxes(MIDDLE)
        .setModel(colours.getVersion());
  }

  private static ByteString latin(String text) {
    return ByteString.copyFrom(text, StandardCharsets.ISO_8859_1);
  }

  private static Arguments bad(String what, ByteString picture, String reason, String named) {
    return Arguments.of(what, picture, reason, named);
  }

  private static Box box(double x, double y, double width, double height) {
    return Box.newBuilder().setX(x).setY(y).setWidth(width).setHeight(height).build();
  }
}
