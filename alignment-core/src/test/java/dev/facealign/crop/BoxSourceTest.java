package dev.facealign.crop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class BoxSourceTest {
  private static final Landmarks FACE = Landmarks.of(10, 20, 110, 60, 50, 220);
  private static final Box TRUTH = FACE.boundingBox();

  @Test
  void theGroundTruthIsTheTightBoxOfThePoints() {
    assertThat(BoxSource.GROUND_TRUTH.of("a", FACE, Optional.of(new Box(0, 0, 5, 5))))
        .isEqualTo(new Box(10, 20, 100, 200));
  }

  @Test
  void theGivenBoxIsTheAnnotations() {
    // Given
    Box given = new Box(1, 2, 3, 4);

    // Then
    assertThat(BoxSource.GIVEN.of("a", FACE, Optional.of(given))).isEqualTo(given);
    assertThatThrownBy(() -> BoxSource.GIVEN.of("train/a", FACE, Optional.empty()))
        .isInstanceOf(FaultException.class)
        .hasMessage("train/a: no box in its annotation (expected: one beside the points)");
  }

  @Property
  void aJitteredBoxStaysWithinItsShares(
      @ForAll @DoubleRange(min = 0, max = 0.5) double shift,
      @ForAll @DoubleRange(min = 0, max = 1) double scale,
      @ForAll long seed,
      @ForAll String faceId) {
    // When
    Box box = new BoxSource.Jittered(shift, scale, seed).of(faceId, FACE, Optional.empty());

    // Then
    assertThat(box.centreX()).isCloseTo(TRUTH.centreX(), within(shift * TRUTH.width() + 1e-9));
    assertThat(box.centreY()).isCloseTo(TRUTH.centreY(), within(shift * TRUTH.height() + 1e-9));
    double factor = box.width() / TRUTH.width();
    assertThat(factor).isBetween(1 / (1 + scale) - 1e-12, 1 + scale + 1e-12);
    assertThat(box.height() / TRUTH.height()).isCloseTo(factor, within(1e-12));
  }

  @Test
  void theSameFaceAndSeedGiveTheSameBoxAndOthersDiffer() {
    // Given
    BoxSource jittered = new BoxSource.Jittered(0.05, 0.1, 7);

    // Then
    assertThat(jittered.of("a", FACE, Optional.empty()))
        .isEqualTo(new BoxSource.Jittered(0.05, 0.1, 7).of("a", FACE, Optional.empty()))
        .isNotEqualTo(jittered.of("b", FACE, Optional.empty()))
        .isNotEqualTo(new BoxSource.Jittered(0.05, 0.1, 8).of("a", FACE, Optional.empty()));
  }

  @Test
  void jitterIsCentredOnTheTruth() {
    // Given
    BoxSource jittered = new BoxSource.Jittered(0.1, 0.2, 1);

    // When
    Box[] boxes =
        IntStream.range(0, 4000)
            .mapToObj(i -> jittered.of("face " + i, FACE, Optional.empty()))
            .toArray(Box[]::new);

    // Then: means within four standard errors
    double x =
        IntStream.range(0, 4000).mapToDouble(i -> boxes[i].centreX()).average().orElseThrow();
    double log =
        IntStream.range(0, 4000)
            .mapToDouble(i -> Math.log(boxes[i].width() / TRUTH.width()))
            .average()
            .orElseThrow();
    assertThat(x).isCloseTo(TRUTH.centreX(), within(4 * 10 / Math.sqrt(3 * 4000)));
    assertThat(log).isCloseTo(0, within(4 * Math.log(1.2) / Math.sqrt(3 * 4000)));
  }

  @Test
  void refusesSharesOutOfRange() {
    assertThatThrownBy(() -> new BoxSource.Jittered(0.6, 0, 1))
        .hasMessage("box_jitter.shift_share: 0.6 (expected: in [0, 0.5])");
    assertThatThrownBy(() -> new BoxSource.Jittered(0, Double.NaN, 1))
        .hasMessage("box_jitter.scale_share: NaN (expected: in [0, 1])");
  }
}
