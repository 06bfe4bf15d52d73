package dev.facealign.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final String RED = "red";
  private static final String GREEN = "green";
  private static final String BLUE = "blue";
  private static final String YELLOW = "yellow";

  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png"})
  void decodesColours(String format) {
    // Given
    byte[] encoded = EncodedPictures.encode(picture(BufferedImage.TYPE_INT_RGB), format);

    // When
    RgbImage image = decoder.decode(encoded);

    // Then
    assertThat(image.width()).isEqualTo(64);
    assertThat(image.height()).isEqualTo(32);
    assertThat(corners(image)).containsExactly(RED, GREEN, BLUE, YELLOW);
  }

  @Test
  void decodesProgressiveJpeg() {
    assertThat(
            corners(
                decoder.decode(
                    EncodedPictures.progressiveJpeg(picture(BufferedImage.TYPE_INT_RGB)))))
        .containsExactly(RED, GREEN, BLUE, YELLOW);
  }

  /** EXIF's eight orientations: where the stored corners (red, green, blue, yellow) are shown. */
  @ParameterizedTest
  @CsvSource({
    "1, red, green, blue, yellow",
    "2, green, red, yellow, blue",
    "3, yellow, blue, green, red",
    "4, blue, yellow, red, green",
    "5, red, blue, green, yellow",
    "6, blue, red, yellow, green",
    "7, yellow, green, blue, red",
    "8, green, yellow, red, blue"
  })
  void turnsAPictureUpright(
      int orientation, String topLeft, String topRight, String bottomLeft, String bottomRight) {
    // Given
    byte[] encoded =
        EncodedPictures.withOrientation(
            EncodedPictures.encode(picture(BufferedImage.TYPE_INT_RGB), "jpg"), orientation);

    // When
    RgbImage image = decoder.decode(encoded);

    // Then
    assertThat(corners(image)).containsExactly(topLeft, topRight, bottomLeft, bottomRight);
    assertThat(image.width()).isEqualTo(orientation <= 4 ? 64 : 32);
    assertThat(image.height()).isEqualTo(orientation <= 4 ? 32 : 64);
  }

  @Test
  void readsAPngsOrientation() {
    // Given
    byte[] tiff = {
      'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0
    };
    byte[] rows = {0, 10, 20, 30};
    byte[] encoded = EncodedPictures.png(3, 1, 8, 0, rows, new EncodedPictures.Chunk("eXIf", tiff));

    // When
    RgbImage image = decoder.decode(encoded);

    // Then: turned right, the row stands upright
    assertThat(image.width()).isEqualTo(1);
    assertThat(image.height()).isEqualTo(3);
    assertThat(IntStream.range(0, 3).map(y -> image.sample(0, y, 0))).containsExactly(10, 20, 30);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 65535})
  void anOrientationWithoutMeaningIsUpright(int orientation) {
    // Given
    byte[] encoded =
        EncodedPictures.withOrientation(
            EncodedPictures.encode(picture(BufferedImage.TYPE_INT_RGB), "jpg"), orientation);

    // Then
    assertThat(corners(decoder.decode(encoded))).containsExactly(RED, GREEN, BLUE, YELLOW);
  }

  @Test
  void brokenExifCostsNothingButTheOrientation() {
    // Given
    byte[] jpeg = EncodedPictures.encode(picture(BufferedImage.TYPE_INT_RGB), "jpg");
    SplittableRandom random = new SplittableRandom(5);

    // Then
    for (int i = 0; i < 50; i++) {
      byte[] rubbish = new byte[random.nextInt(1, 200)];
      random.nextBytes(rubbish);
      if (rubbish.length > 8) {
        System.arraycopy(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8}, 0, rubbish, 0, 8);
      }
      RgbImage image = decoder.decode(EncodedPictures.withExif(jpeg, rubbish));
      assertThat(image.width() * image.height()).isEqualTo(64 * 32);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png"})
  void takesGreyAsItIs(String format) {
    // Given
    BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    IntStream.range(0, 256).forEach(i -> grey.getRaster().setSample(i % 16, i / 16, 0, 100));

    // When
    RgbImage image = decoder.decode(EncodedPictures.encode(grey, format));

    // Then
    assertThat(image.sample(8, 8, 0)).isCloseTo(100, within(1));
    assertThat(image.sample(8, 8, 1)).isEqualTo(image.sample(8, 8, 0));
    assertThat(image.sample(8, 8, 2)).isEqualTo(image.sample(8, 8, 0));
  }

  @Test
  void cutsSixteenBitsToTheUpperEight() {
    // Given: two pixels of 16 bit grey, 0x1234 and 0xfedc
    byte[] rows = {0, 0x12, 0x34, (byte) 0xfe, (byte) 0xdc};

    // When
    RgbImage image = decoder.decode(EncodedPictures.png(2, 1, 16, 0, rows));

    // Then
    assertThat(image.sample(0, 0, 0)).isEqualTo(0x12);
    assertThat(image.sample(1, 0, 2)).isEqualTo(0xfe);
  }

  @Test
  void decodesSixteenBitColour() {
    // Given
    byte[] rows = {0, 0x10, 0, 0x20, 0, 0x30, 0};

    // When
    RgbImage image = decoder.decode(EncodedPictures.png(1, 1, 16, 2, rows));

    // Then
    assertThat(image.rgb()[0] & 0xff).isCloseTo(0x10, within(1));
    assertThat(image.rgb()[1] & 0xff).isCloseTo(0x20, within(1));
    assertThat(image.rgb()[2] & 0xff).isCloseTo(0x30, within(1));
  }

  @ParameterizedTest
  @CsvSource({"1, 255", "2, 85", "4, 17"})
  void spreadsFewGreyBitsOverTheWholeRange(int bits, int expected) {
    // Given: the first pixel is 0...01
    byte[] rows = {0, (byte) (1 << (8 - bits))};

    // When
    RgbImage image = decoder.decode(EncodedPictures.png(1, 1, bits, 0, rows));

    // Then
    assertThat(image.sample(0, 0, 1)).isEqualTo(expected);
  }

  @Test
  void laysTransparencyOverWhite() {
    // Given: red, half transparent; grey 100, wholly transparent
    byte[] colour = {0, (byte) 255, 0, 0, (byte) 128};
    byte[] grey = {0, 100, 0};

    // When
    RgbImage red = decoder.decode(EncodedPictures.png(1, 1, 8, 6, colour));
    RgbImage white = decoder.decode(EncodedPictures.png(1, 1, 8, 4, grey));

    // Then
    assertThat(red.sample(0, 0, 0)).isEqualTo(255);
    assertThat(red.sample(0, 0, 1)).isCloseTo(127, within(1));
    assertThat(white.sample(0, 0, 0)).isEqualTo(255);
  }

  @Test
  void decodesPalettes() {
    // Given
    byte[] reds = {0, (byte) 255};
    byte[] others = {0, 0};
    BufferedImage palette =
        new BufferedImage(
            8, 8, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 2, reds, others, others));
    palette.getRaster().setSample(3, 4, 0, 1);

    // When
    RgbImage image = decoder.decode(EncodedPictures.encode(palette, "png"));

    // Then
    assertThat(image.sample(3, 4, 0)).isEqualTo(255);
    assertThat(image.sample(3, 4, 1)).isZero();
    assertThat(image.sample(4, 3, 0)).isZero();
  }

  @Test
  void decodesCmyk() {
    // Given: cyan with a little black, as Adobe stores it
    byte[] encoded = EncodedPictures.withAdobeMarker(EncodedPictures.cmykJpeg(255, 0, 0, 51), 0);

    // When
    RgbImage image = decoder.decode(encoded);

    // Then
    assertThat(image.sample(8, 8, 0)).isCloseTo(0, within(3));
    assertThat(image.sample(8, 8, 1)).isCloseTo(204, within(3));
    assertThat(image.sample(8, 8, 2)).isCloseTo(204, within(3));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3000", "3000, 1"})
  void decodesExtremeProportions(int width, int height) {
    // Given
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);

    // Then
    for (String format : new String[] {"jpg", "png"}) {
      RgbImage decoded = decoder.decode(EncodedPictures.encode(image, format));
      assertThat(decoded.width()).isEqualTo(width);
      assertThat(decoded.height()).isEqualTo(height);
    }
  }

  @Test
  void refusesNothing() {
    assertRefused(new byte[0], "IMAGE_EMPTY", "0 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "GIF89a, GIF",
    "BM______, BMP",
    "RIFF____WEBPVP8, WebP",
    "____ftypheic, HEIF",
    "%PDF-1.7, PDF",
    "a picture, 61 20 70 69"
  })
  void refusesOtherFormatsByName(String bytes, String named) {
    assertRefused(bytes.getBytes(StandardCharsets.ISO_8859_1), "IMAGE_FORMAT", named);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void refusesAFewBytes(int length) {
    // Given
    byte[] start = Arrays.copyOf(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}, length);

    // Then
    assertThatThrownBy(() -> decoder.decode(start)).isInstanceOf(FaultException.class);
  }

  static byte[][] wholePictures() {
    BufferedImage picture = picture(BufferedImage.TYPE_INT_RGB);
    return new byte[][] {
      EncodedPictures.encode(picture, "jpg"),
      EncodedPictures.encode(picture, "png"),
      EncodedPictures.progressiveJpeg(picture)
    };
  }

  @ParameterizedTest
  @MethodSource("wholePictures")
  void refusesAPictureCutOffAnywhere(byte[] whole) {
    for (int length = 9; length < whole.length; length += 7) {
      assertRefused(Arrays.copyOf(whole, length), "IMAGE_UNREADABLE", "");
    }
  }

  @ParameterizedTest
  @MethodSource("wholePictures")
  void damageIsRefusedOrDecodedButNeverADefect(byte[] whole) {
    // Given
    SplittableRandom random = new SplittableRandom(whole.length);
    ImageDecoder small = new ImageDecoder(new ImageLimits(1 << 20, 4096, 1 << 20));

    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int hits = random.nextInt(1, 6); hits > 0; hits--) {
        damaged[random.nextInt(8, damaged.length)] = (byte) random.nextInt(256);
      }

      // When
      try {
        RgbImage image = small.decode(damaged);
        // Then
        assertThat(image.rgb()).hasSize(3 * image.width() * image.height());
      } catch (FaultException refused) {
        assertThat(refused.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
      }
    }
  }

  @Test
  void refusesAHugeJpegFromItsHeader() {
    // Given
    byte[] huge =
        EncodedPictures.withSides(
            EncodedPictures.encode(picture(BufferedImage.TYPE_INT_RGB), "jpg"), 60_000, 60_000);

    // When
    long before = System.nanoTime();
    assertRefused(huge, "IMAGE_TOO_LARGE", "60000 x 60000 pixels");

    // Then: nothing was decoded
    assertThat(System.nanoTime() - before).isLessThan(1_000_000_000L);
  }

  @Test
  void refusesAHugePngFromItsHeader() {
    // Given: 20 KB that inflate to 20 MB
    byte[] rows = new byte[20_000_000];

    // Then
    assertRefused(
        EncodedPictures.png(60_000, 60_000, 8, 0, rows), "IMAGE_TOO_LARGE", "60000 x 60000");
    assertRefused(
        EncodedPictures.png(16_000, 16_000, 1, 0, rows), "IMAGE_TOO_LARGE", "16000 x 16000");
    assertRefused(
        EncodedPictures.png(7_000, 7_000, 16, 6, rows), "IMAGE_TOO_LARGE", "pixels of 64 bits");
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "5, 0", "-1, 5"})
  void refusesPngSidesThatAreNone(int width, int height) {
    assertRefused(
        EncodedPictures.png(width, height, 8, 0, new byte[10]), "IMAGE_UNREADABLE", "pixels");
  }

  @Test
  void neverInflatesAPngsTexts() {
    // Given: text and a profile that would inflate to 20 MB each, and a palette, which makes the
    // JDK's reader go
    // through all that stands before the pixels
    byte[] bomb = EncodedPictures.deflate(new byte[20_000_000]);
    byte[] text = new byte[bomb.length + 3];
    text[0] = 'a';
    System.arraycopy(bomb, 0, text, 3, bomb.length);
    byte[] encoded =
        EncodedPictures.png(
            1,
            1,
            8,
            3,
            new byte[] {0, 0},
            new EncodedPictures.Chunk("zTXt", text),
            new EncodedPictures.Chunk("iCCP", text),
            new EncodedPictures.Chunk("PLTE", new byte[] {1, 2, 3}));

    // When
    PngStructure structure = PngStructure.parse(encoded);

    // Then: they are not passed on
    assertThat(structure.essence().remaining()).isLessThan(100);
    assertThat(decoder.decode(encoded).rgb()).containsExactly(1, 2, 3);
  }

  @Test
  void refusesAJpegOfThousandsOfScans() {
    // Given
    byte[] scans =
        EncodedPictures.withScans(
            EncodedPictures.progressiveJpeg(picture(BufferedImage.TYPE_INT_RGB)), 5_000);

    // Then
    assertRefused(scans, "IMAGE_TOO_LARGE", "scans");
  }

  /** FAULTS row 2: few bytes that would be gone over again and again. */
  @Test
  void holdsTheScansOfLargePicturesToWhatDecodingThemCosts() {
    // Given 2048 pixels in the usual ten scans, and in forty, for a decoder of at most 4096 pixels
    byte[] usual = EncodedPictures.progressiveJpeg(picture(BufferedImage.TYPE_INT_RGB));
    byte[] many = EncodedPictures.withScans(usual, 31);
    ImageDecoder small = new ImageDecoder(new ImageLimits(1 << 20, 4096, 4096));

    // Then
    assertThat(corners(small.decode(usual))).containsExactly(RED, GREEN, BLUE, YELLOW);
    assertThat(corners(decoder.decode(many))).containsExactly(RED, GREEN, BLUE, YELLOW);
    assertThatThrownBy(() -> small.decode(many))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("40 scans of 64 x 32 pixels")
        .hasMessageContaining("<= 40960 pixels in all scans together");
  }

  /** FAULTS row 2: few bytes that ask for much memory. */
  @Test
  void refusesPicturesThatCannotBeWholeBeforeTakingMemoryForThem() {
    // Given headers of 25 million pixels before some hundred bytes
    byte[] jpeg = EncodedPictures.encode(picture(BufferedImage.TYPE_INT_RGB), "jpg");

    // Then
    assertRefused(
        EncodedPictures.withSides(jpeg, 5_000, 5_000), "IMAGE_UNREADABLE", "5000 x 5000 pixels in");
    assertRefused(
        EncodedPictures.png(5_000, 5_000, 8, 0, new byte[100]),
        "IMAGE_UNREADABLE",
        "5000 x 5000 pixels in");
  }

  /** The emptiest pictures that encoders make are whole all the same. */
  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png"})
  void readsTheEmptiestPictures(String format) {
    BufferedImage empty = new BufferedImage(2000, 1500, BufferedImage.TYPE_BYTE_BINARY);
    BufferedImage grey = new BufferedImage(2000, 1500, BufferedImage.TYPE_BYTE_GRAY);
    assertThat(
            decoder
                .decode(EncodedPictures.encode(format.equals("png") ? empty : grey, format))
                .width())
        .isEqualTo(2000);
    assertThat(decoder.decode(EncodedPictures.progressiveJpeg(grey)).width()).isEqualTo(2000);
  }

  /** FAULTS row 2: no more is inflated than the header's pixels. */
  @Test
  void neverInflatesMorePixelsThanAPngHas() {
    // Given 200 KB that would inflate to 200 MB, for a picture of 100 x 100
    byte[] encoded = EncodedPictures.png(100, 100, 8, 0, new byte[200_000_000]);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();

    // When
    long before = threads.getThreadAllocatedBytes(self);
    RgbImage image = decoder.decode(encoded);
    long allocated = threads.getThreadAllocatedBytes(self) - before;

    // Then
    assertThat(image.rgb()).hasSize(3 * 100 * 100);
    assertThat(allocated).isLessThan(20_000_000);
  }

  @Test
  void refusesTooManyBytes() {
    // Given
    byte[] encoded = EncodedPictures.encode(picture(BufferedImage.TYPE_INT_RGB), "png");
    ImageDecoder strict = new ImageDecoder(new ImageLimits(encoded.length - 1, 100, 10_000));

    // Then
    assertThatThrownBy(() -> strict.decode(encoded))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining(encoded.length + " bytes (expected: <= ");
  }

  @Test
  void namesTheDamagedChunk() {
    // Given
    byte[] encoded = EncodedPictures.encode(picture(BufferedImage.TYPE_INT_RGB), "png");
    encoded[encoded.length - 20] ^= 1;

    // Then
    assertRefused(encoded, "IMAGE_UNREADABLE", "damaged IDAT chunk");
  }

  private void assertRefused(byte[] encoded, String reason, String message) {
    assertThatThrownBy(() -> decoder.decode(encoded))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(fault.reason()).isEqualTo(reason);
              assertThat(fault.field()).isEqualTo("image");
              assertThat(fault).hasMessageContaining(message).hasMessageContaining("expected: ");
            });
  }

  private static BufferedImage picture(int type) {
    return EncodedPictures.quarters(64, 32, type);
  }

  private static String[] corners(RgbImage image) {
    int right = image.width() - 4;
    int bottom = image.height() - 4;
    return new String[] {
      colour(image, 3, 3),
      colour(image, right, 3),
      colour(image, 3, bottom),
      colour(image, right, bottom)
    };
  }

  private static String colour(RgbImage image, int x, int y) {
    boolean red = image.sample(x, y, 0) > 128;
    boolean green = image.sample(x, y, 1) > 128;
    boolean blue = image.sample(x, y, 2) > 128;
    if (red && !blue) {
      return green ? YELLOW : RED;
    }
    return green ? GREEN : blue ? BLUE : "black";
  }
}
