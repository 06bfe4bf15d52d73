package dev.facealign.inference.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class DifferencesTest {

  @Test
  void quantilesAreThoseOfTheFacesToTwoPercent() {
    // Given differences over four orders of magnitude
    SplittableRandom random = new SplittableRandom(3);
    double[] values = new double[5000];
    Differences differences = new Differences();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.pow(10, random.nextDouble(-4, 0));
      differences.add(values[i]);
    }
    Arrays.sort(values);

    // Then
    for (double share : new double[] {0.01, 0.5, 0.95, 0.999}) {
      assertThat(differences.quantile(share))
          .isCloseTo(
              values[(int) Math.ceil(share * values.length) - 1], Percentage.withPercentage(2.01));
    }
    assertThat(differences.quantile(1)).isEqualTo(values[values.length - 1]);
    assertThat(differences.largest()).isEqualTo(values[values.length - 1]);
    assertThat(differences.mean())
        .isCloseTo(Arrays.stream(values).average().orElseThrow(), within(1e-12));
  }

  @Test
  void takesWhatIsBeyondItsRanges() {
    Differences differences = new Differences();
    assertThat(differences.mean()).isZero();
    differences.add(0);
    assertThat(differences.quantile(0.5)).isZero();
    differences.add(1e9);
    assertThat(differences.faces()).isEqualTo(2);
    assertThat(differences.largest()).isEqualTo(1e9);
    assertThat(differences.quantile(1)).isLessThanOrEqualTo(1e9).isGreaterThan(9);
  }
}
