package dev.facealign.trainer.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

class QuantisedKernelPropertyTest {

  @Property(tries = 200)
  void errsByHalfAStepOfItsOwnChannelAtMost(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int channels,
      @ForAll @IntRange(min = 1, max = 40) int numbers,
      @ForAll @DoubleRange(min = 1e-4, max = 10) @Scale(6) double inputScale) {
    // Given channels whose ranges differ by orders of magnitude
    SplittableRandom random = new SplittableRandom(seed);
    float[] kernel = new float[channels * numbers];
    float[] bias = new float[channels];
    for (int c = 0; c < channels; c++) {
      double size = Math.pow(10, random.nextDouble(-6, 2));
      for (int i = 0; i < numbers; i++) {
        kernel[c * numbers + i] = (float) (size * random.nextDouble(-1, 1));
      }
      bias[c] = (float) (10 * size * random.nextDouble(-1, 1));
    }
    // When
    QuantisedKernel quantised = QuantisedKernel.of(kernel, bias, (float) inputScale);
    // Then
    for (int c = 0; c < channels; c++) {
      double step = quantised.scales()[c];
      int largest = 0;
      for (int i = c * numbers; i < (c + 1) * numbers; i++) {
        assertThat(quantised.real(i)).isCloseTo(kernel[i], within(0.5 * step * (1 + 1e-5)));
        largest = Math.max(largest, Math.abs(quantised.kernel()[i]));
      }
      assertThat(largest).as("all steps are used, and no 16-bit sum overflows").isEqualTo(64);
      double biasStep = quantised.biasScales()[c];
      assertThat(quantised.bias()[c] * biasStep)
          .isCloseTo(bias[c], within(0.5 * biasStep + 1e-6 * Math.abs(bias[c])));
    }
  }

  @Property(tries = 50)
  void keepsABiasThatIsFarAboveItsKernel(
      @ForAll @DoubleRange(min = -1e3, max = 1e3) double bias,
      @ForAll @DoubleRange(min = 0, max = 1e-12) @Scale(15) double number) {
    // When
    QuantisedKernel quantised =
        QuantisedKernel.of(new float[] {(float) number}, new float[] {(float) bias}, 1e-3f);
    // Then nothing overflowed
    assertThat((double) quantised.bias()[0] * quantised.biasScales()[0])
        .isCloseTo(bias, within(1e-5 * Math.abs(bias) + quantised.biasScales()[0]));
  }
}
