package dev.facealign.inference.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class OneEuroFilterTest {
  @Property(tries = 200)
  void theFirstSampleAndWhatRestsAreUnchanged(
      @ForAll @DoubleRange(min = -1e4, max = 1e4) double value,
      @ForAll @DoubleRange(min = 0.01, max = 20) double cutoff,
      @ForAll @DoubleRange(min = 0, max = 100) double beta,
      @ForAll @DoubleRange(min = 0.01, max = 1) double seconds) {
    OneEuroFilter filter = new OneEuroFilter(new Smoothing(cutoff, beta, 1));
    for (int i = 0; i < 20; i++) {
      assertThat(filter.next(value, seconds)).isEqualTo(value);
    }
  }

  @Property(tries = 100)
  void movingAndScalingTheInputDoesSoToTheOutput(
      @ForAll @IntRange(min = 0, max = 1000) int seed,
      @ForAll @DoubleRange(min = -100, max = 100) double shift) {
    // Given: speed counts as it is, so that scaling needs beta in inverse proportion
    double scale = 4;
    OneEuroFilter plain = new OneEuroFilter(new Smoothing(1, 8, 1));
    OneEuroFilter moved = new OneEuroFilter(new Smoothing(1, 8, 1));
    OneEuroFilter scaled = new OneEuroFilter(new Smoothing(1, 8 / scale, 1));
    Random random = new Random(seed);

    for (int i = 0; i < 50; i++) {
      // When
      double sample = random.nextGaussian();
      double smooth = plain.next(sample, 0.04);

      // Then
      assertThat(moved.next(sample + shift, 0.04)).isCloseTo(smooth + shift, Offset.offset(1e-9));
      assertThat(scaled.next(sample * scale, 0.04)).isCloseTo(smooth * scale, Offset.offset(1e-9));
    }
  }

  @Property(tries = 50)
  void theFrameRateHardlyMatters(
      @ForAll @DoubleRange(min = 0.1, max = 0.5) double hertz,
      @ForAll @DoubleRange(min = 0, max = 10) double beta) {
    // Given one slow swing, seen at 50 and at 100 pictures a second
    OneEuroFilter slow = new OneEuroFilter(new Smoothing(1, beta, 1));
    OneEuroFilter fast = new OneEuroFilter(new Smoothing(1, beta, 1));

    for (int i = 0; i <= 400; i++) {
      double seconds = i / 100.0;
      double sample = Math.sin(2 * Math.PI * hertz * seconds);
      double ofFast = fast.next(sample, 0.01);
      if (i % 2 == 0) {
        // Then both are at the same place, within 3 % of the swing
        assertThat(slow.next(sample, 0.02)).isCloseTo(ofFast, Offset.offset(0.03));
      }
    }
  }

  @Test
  void aLowPassOfItsCutoffFrequency() {
    // Given a swing at the cutoff, and no speed-up: a low pass of first order halves its power
    OneEuroFilter filter = new OneEuroFilter(new Smoothing(2, 0, 1));
    double largest = 0;
    for (int i = 0; i < 20_000; i++) {
      double seconds = i / 1000.0;
      double smooth = filter.next(Math.sin(2 * Math.PI * 2 * seconds), 0.001);
      largest = seconds > 10 ? Math.max(largest, smooth) : 0;
    }
    assertThat(largest).isCloseTo(Math.sqrt(0.5), Offset.offset(0.01));
  }

  @Test
  void moreBetaLagsLess() {
    assertThat(lagOfRamp(10)).isLessThan(0.2 * lagOfRamp(0));
  }

  /** How far behind one unit a second it is after two seconds. */
  private static double lagOfRamp(double beta) {
    OneEuroFilter filter = new OneEuroFilter(new Smoothing(1, beta, 1));
    double lag = 0;
    for (int i = 0; i <= 100; i++) {
      lag = i * 0.02 - filter.next(i * 0.02, 0.02);
    }
    return lag;
  }
}
