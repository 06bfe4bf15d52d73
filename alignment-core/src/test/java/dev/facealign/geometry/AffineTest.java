package dev.facealign.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class AffineTest {
  @Property
  void inverseUndoes(
      @ForAll @DoubleRange(min = -3.2, max = 3.2) double turn,
      @ForAll @DoubleRange(min = 0.01, max = 100) double sx,
      @ForAll @DoubleRange(min = 0.01, max = 100) double sy,
      @ForAll @DoubleRange(min = -1000, max = 1000) double dx,
      @ForAll @DoubleRange(min = -1000, max = 1000) double px) {
    // Given
    Affine map = Affine.rotation(turn).then(Affine.scale(sx, sy)).then(Affine.translate(dx, -dx));

    // When
    Affine there = map.then(map.inverse());

    // Then
    assertThat(there.x(px, 2 * px)).isCloseTo(px, within(1e-6));
    assertThat(there.y(px, 2 * px)).isCloseTo(2 * px, within(1e-6));
  }

  @Example
  void appliesInReadingOrder() {
    // When
    Affine map = Affine.scale(2, 3).then(Affine.translate(10, 20));

    // Then
    assertThat(map.x(1, 1)).isEqualTo(12);
    assertThat(map.y(1, 1)).isEqualTo(23);
  }

  @Example
  void turnsClockwiseOnAScreen() {
    // When
    Affine quarter = Affine.rotation(Math.PI / 2, 5, 5);

    // Then
    assertThat(quarter.x(6, 5)).isCloseTo(5, within(1e-12));
    assertThat(quarter.y(6, 5)).isCloseTo(6, within(1e-12));
  }

  @Example
  void aFlatMapHasNoInverse() {
    assertThatThrownBy(() -> Affine.scale(0, 1).inverse()).isInstanceOf(FaultException.class);
  }
}
