package dev.facealign.crop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.geometry.Affine;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class CropRegionTest {
  @Property
  void labelsAndBackIsIdentity(
      @ForAll CropPolicy policy,
      @ForAll @DoubleRange(min = -500, max = 5000) double x,
      @ForAll @DoubleRange(min = -500, max = 5000) double y,
      @ForAll @DoubleRange(min = 1, max = 4000) double width,
      @ForAll @DoubleRange(min = 1, max = 4000) double height) {
    // Given
    CropRegion region = policy.region(new Box(x, y, width, height));
    Landmarks face = Landmarks.of(x, y, x + width, y + height, x + width / 3, y + height / 7);

    // When
    double[] back = region.toImage(region.toLabels(face)).toArray();

    // Then
    assertThat(back).containsExactly(face.toArray(), within(1e-9));
  }

  @Property
  void cropPixelsAndLabelsAgree(
      @ForAll CropPolicy policy,
      @ForAll @DoubleRange(min = -100, max = 3000) double left,
      @ForAll @DoubleRange(min = 1, max = 3000) double width,
      @ForAll @IntRange(min = 1, max = 512) int size,
      @ForAll @DoubleRange(min = 0, max = 1) double u) {
    // Given
    CropRegion region = policy.region(new Box(left, 2 * left, width, width / 2));
    Affine cropToImage = region.cropToImage(size);
    double cx = u * size;
    double cy = (1 - u) * size;

    // When: a crop point goes to the picture, and the picture's point to labels
    Landmarks inImage = Landmarks.of(cropToImage.x(cx, cy), cropToImage.y(cx, cy));
    double[] labels = region.toLabels(inImage);

    // Then: LABEL_CONVENTION_CENTERED_V1
    assertThat(labels[0]).isCloseTo((cx - size / 2.0) / size, within(1e-9));
    assertThat(labels[1]).isCloseTo((cy - size / 2.0) / size, within(1e-9));
  }

  @Example
  void itsUnitIsTheSideOfASquareOfEqualArea() {
    assertThat(new CropRegion(0, 0, 90, 40).unit()).isCloseTo(60, within(1e-12));
    assertThat(new CropRegion(5, 7, 30, 30).unit()).isCloseTo(30, within(1e-12));
  }

  @Example
  void squareIsASquareOfTheLongerSide() {
    assertThat(CropPolicy.SQUARE_V1.region(new Box(0, 0, 100, 200)))
        .isEqualTo(new CropRegion(50, 100, 1.15 * 200, 1.15 * 200));
  }

  @Example
  void stretchAddsTenPixelsOnEverySide() {
    assertThat(CropPolicy.STRETCH_V1.region(new Box(0, 0, 100, 200)))
        .isEqualTo(new CropRegion(50, 100, 120, 220));
  }
}
