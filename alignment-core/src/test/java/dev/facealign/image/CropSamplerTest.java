package dev.facealign.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.crop.CropRegion;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Affine;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class CropSamplerTest {
  @Example
  void cuttingAWholePictureOutChangesNothing() {
    // Given
    RgbImage image = noise(24, 24);
    CropRegion whole = new CropRegion(11.5, 11.5, 24, 24);

    // When
    float[] crop = sample(image, whole.cropToImage(24), 24);

    // Then
    for (int y = 0; y < 24; y++) {
      for (int x = 0; x < 24; x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(crop[(c * 24 + y) * 24 + x])
              .isCloseTo(image.sample(x, y, c) / 255f, within(1e-6f));
        }
      }
    }
  }

  @Example
  void aPartAtItsOwnSizeIsCopied() {
    // Given a box whose arithmetic is not exact
    RgbImage image = noise(24, 20);
    double side = 0.1 + 0.2 + 7.7;

    // When
    float[] crop = sample(image, new CropRegion(9.5, 10.5, side, side).cropToImage(8), 8);

    // Then
    for (int c = 0; c < 3; c++) {
      assertThat(crop[c * 64]).isCloseTo(image.sample(6, 7, c) / 255f, within(1e-6f));
      assertThat(crop[c * 64 + 63]).isCloseTo(image.sample(13, 14, c) / 255f, within(1e-6f));
    }
  }

  @Example
  void halvingTakesTheMeanOfFourPixels() {
    // Given
    RgbImage image = noise(8, 8);

    // When
    float[] crop = sample(image, new CropRegion(3.5, 3.5, 8, 8).cropToImage(4), 4);

    // Then: two samples a side lie on the pixels' centres
    int sum =
        image.sample(2, 4, 0)
            + image.sample(3, 4, 0)
            + image.sample(2, 5, 0)
            + image.sample(3, 5, 0);
    assertThat(crop[2 * 4 + 1]).isCloseTo(sum / 4f / 255, within(1e-6f));
  }

  /** The quick way for upright crops and the general one are the same function. */
  @Property(tries = 60)
  void uprightAndTurnedCropsAgree(
      @ForAll @DoubleRange(min = -10, max = 50) double x,
      @ForAll @DoubleRange(min = -10, max = 50) double y,
      @ForAll @DoubleRange(min = 3, max = 120) double width,
      @ForAll @DoubleRange(min = 3, max = 120) double height,
      @ForAll @IntRange(min = 1, max = 20) int size,
      @ForAll boolean mirrored) {
    // Given
    RgbImage image = noise(40, 30);
    Affine upright = new CropRegion(x, y, width, height).cropToImage(size);
    if (mirrored) {
      upright = new Affine(-1, 0, size, 0, 1, 0).then(upright);
    }
    double finest = Math.max(Math.abs(upright.m00()), Math.abs(upright.m11()));
    org.junit.jupiter.api.Assumptions.assumeTrue(finest <= 16);
    Affine hardlyTurned =
        new Affine(upright.m00(), 1e-12, upright.m02(), 1e-12, upright.m11(), upright.m12());

    // When
    float[] quick = sample(image, upright, size);
    float[] general = sample(image, hardlyTurned, size);

    // Then: both average at least as many samples as the picture has pixels there
    for (int i = 0; i < quick.length; i++) {
      assertThat(quick[i]).isBetween(-1e-6f, 1 + 1e-5f);
    }
    if (Math.ceil(Math.abs(upright.m00()) - 1e-6) == Math.ceil(Math.abs(upright.m11()) - 1e-6)) {
      assertThat(quick).containsExactly(general, within(1e-4f));
    }
  }

  @Example
  void aQuarterTurnTurnsThePixels() {
    // Given
    RgbImage image = noise(9, 9);
    Affine turned =
        new CropRegion(4, 4, 9, 9).cropToImage(9).then(Affine.rotation(Math.PI / 2, 4, 4));

    // When
    float[] crop = sample(image, turned, 9);

    // Then: crop (x, y) shows picture (8 - y, x)
    assertThat(crop[2 * 9 + 1]).isCloseTo(image.sample(8 - 2, 1, 0) / 255f, within(1e-5f));
  }

  @Example
  void outsideIsBlack() {
    // Given
    RgbImage image = noise(10, 10);

    // Then
    for (double far : new double[] {1e3, -1e3, 1e12, -1e12}) {
      assertThat(sample(image, new CropRegion(far, 5, 10, 10).cropToImage(6), 6)).containsOnly(0f);
      assertThat(
              sample(
                  image,
                  new CropRegion(far, 5, 10, 10).cropToImage(6).then(Affine.rotation(0.1, far, 5)),
                  6))
          .containsOnly(0f);
    }
  }

  @Example
  void aCropFarLargerThanThePictureIsCheap() {
    // Given
    RgbImage image = noise(10, 10);

    // When
    float[] crop = sample(image, new CropRegion(5, 5, 1e9, 1e9).cropToImage(32), 32);

    // Then
    assertThat(crop).doesNotContain(Float.NaN);
  }

  @Example
  void writesWhereItIsTold() {
    // Given
    float[] chw = new float[2 * 3 * 4 + 5];
    java.util.Arrays.fill(chw, -1);
    RgbImage image = noise(4, 4);

    // When
    CropSampler.sample(image, new CropRegion(1.5, 1.5, 4, 4).cropToImage(2), 2, chw, 12);

    // Then
    assertThat(chw[11]).isEqualTo(-1);
    assertThat(chw[12]).isNotEqualTo(-1);
    assertThat(chw[23]).isNotEqualTo(-1);
    assertThat(chw[24]).isEqualTo(-1);
  }

  @Example
  void refusesAnArrayThatIsTooShort() {
    assertThatThrownBy(() -> CropSampler.sample(noise(4, 4), Affine.IDENTITY, 4, new float[47], 0))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("48");
  }

  private static float[] sample(RgbImage image, Affine map, int size) {
    float[] chw = new float[3 * size * size];
    CropSampler.sample(image, map, size, chw, 0);
    return chw;
  }

  private static RgbImage noise(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new Random(7).nextBytes(rgb);
    return RgbImage.of(width, height, rgb);
  }
}
