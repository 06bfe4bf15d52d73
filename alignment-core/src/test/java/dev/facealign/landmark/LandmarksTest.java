package dev.facealign.landmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

class LandmarksTest {
  @Property(tries = 200)
  void mirroringTwiceGivesTheFaceBack(
      @ForAll("coordinates") double[] xy, @ForAll @DoubleRange(min = -1e4, max = 1e4) double axis) {
    // Given
    Landmarks face = Landmarks.of(xy);
    LandmarkScheme scheme = LandmarkScheme.IBUG_68;

    // When
    double[] back = face.mirrored(scheme, axis).mirrored(scheme, axis).toArray();

    // Then
    assertThat(back).containsExactly(xy, within(1e-9));
  }

  @Example
  void mirroringSwapsLeftAndRight() {
    // Given
    double[] xy = new double[136];
    xy[2 * 36] = 10;
    xy[2 * 45] = 80;
    Landmarks face = Landmarks.of(xy);

    // When: a picture 100 pixels wide is mirrored in itself
    Landmarks mirrored = face.mirrored(LandmarkScheme.IBUG_68, (100 - 1) / 2.0);

    // Then
    assertThat(mirrored.x(36)).isEqualTo(99 - 80);
    assertThat(mirrored.x(45)).isEqualTo(99 - 10);
  }

  @Example
  void copiesWhatItIsGivenAndGives() {
    // Given
    double[] xy = {1, 2, 3, 4};
    Landmarks face = Landmarks.of(xy);

    // When
    xy[0] = 9;
    face.toArray()[1] = 9;

    // Then
    assertThat(face.toArray()).containsExactly(1, 2, 3, 4);
    assertThat(face.boundingBox()).isEqualTo(new Box(1, 2, 2, 2));
  }

  @Example
  void hasNoBoxWithoutExtentOrWithNaN() {
    assertThatThrownBy(() -> Landmarks.of(1, 1, 1, 1).boundingBox())
        .isInstanceOf(FaultException.class);
    assertThatThrownBy(() -> Landmarks.of(1, 1, Double.NaN, 5, 7, 7).boundingBox())
        .isInstanceOf(FaultException.class);
  }

  @Example
  void refusesHalfAPoint() {
    assertThatThrownBy(() -> Landmarks.of(1, 2, 3)).isInstanceOf(FaultException.class);
    assertThatThrownBy(Landmarks::of).isInstanceOf(FaultException.class);
  }

  @Provide
  Arbitrary<double[]> coordinates() {
    return Arbitraries.doubles().between(-1e4, 1e4).ofScale(4).array(double[].class).ofSize(136);
  }
}
