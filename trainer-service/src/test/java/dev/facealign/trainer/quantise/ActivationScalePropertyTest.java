package dev.facealign.trainer.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

class ActivationScalePropertyTest {

  @Property
  void errsByHalfAStepAtMostInsideItsRange(
      @ForAll @DoubleRange(min = -1000, max = 1000) double least,
      @ForAll @DoubleRange(min = 0, max = 1000) double length,
      @ForAll @DoubleRange(min = 0, max = 1) @Scale(6) double where) {
    // Given
    ActivationScale scale = ActivationScale.covering(least, least + length);
    double real = scale.least() + where * (scale.most() - scale.least());
    // When
    double again = scale.real(scale.quantised(real));
    // Then
    assertThat(again).isCloseTo(real, within(0.5 * scale.scale() * (1 + 1e-6)));
  }

  @Property
  void knowsZeroExactlyAndItsRangeWithinHalfAStep(
      @ForAll @DoubleRange(min = -1000, max = 1000) double least,
      @ForAll @DoubleRange(min = 0, max = 1000) double length) {
    // When
    ActivationScale scale = ActivationScale.covering(least, least + length);
    // Then
    assertThat(scale.scale()).isPositive();
    assertThat(scale.zeroPoint()).isBetween(0, 255);
    assertThat(scale.real(scale.quantised(0))).isZero();
    double halfAStep = 0.5 * scale.scale() * (1 + 1e-4);
    assertThat(scale.least()).isCloseTo(Math.min(0, least), within(halfAStep));
    assertThat(scale.most()).isGreaterThanOrEqualTo(least + length - halfAStep);
  }

  @Property
  void givesTheEndsForWhatIsBeyondThem(
      @ForAll @DoubleRange(min = -10, max = 0) double least,
      @ForAll @DoubleRange(min = 0.1, max = 10) double most,
      @ForAll @DoubleRange(min = 1, max = 1e6) double beyond) {
    // Given
    ActivationScale scale = ActivationScale.covering(least, most);
    // Then
    assertThat(scale.quantised(scale.most() + beyond)).isEqualTo(255);
    assertThat(scale.quantised(scale.least() - beyond)).isZero();
  }
}
