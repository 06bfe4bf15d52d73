package dev.facealign.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PairedComparisonTest {
  private static final Bootstrap BOOTSTRAP = new Bootstrap(2000, 7);

  @Example
  void seesASmallDifferenceThatIsEverywhere() {
    // Given errors that scatter by far more than they differ
    SplittableRandom random = new SplittableRandom(1);
    double[] first = DoubleStream.generate(() -> random.nextDouble(0.01, 0.2)).limit(200).toArray();
    double[] second = Arrays.stream(first).map(e -> e + random.nextDouble(0, 0.002)).toArray();

    // When
    PairedComparison compared = PairedComparison.of(first, second, BOOTSTRAP);

    // Then
    assertThat(compared.meanDifference()).isCloseTo(-0.001, within(1e-4));
    assertThat(compared.significant()).isTrue();
    assertThat(compared.probabilityFirstBetter()).isEqualTo(1);
    assertThat(ErrorDistribution.of(first).meanInterval(BOOTSTRAP))
        .as("alone, the first's error could as well be the second's")
        .matches(interval -> interval.contains(ErrorDistribution.of(second).mean()));
  }

  @Example
  void chanceIsNotTakenForADifference() {
    // Given
    SplittableRandom random = new SplittableRandom(2);
    int significant = 0;

    // When
    for (int i = 0; i < 200; i++) {
      double[] first = DoubleStream.generate(random::nextDouble).limit(60).toArray();
      double[] second = DoubleStream.generate(random::nextDouble).limit(60).toArray();
      if (PairedComparison.of(first, second, new Bootstrap(1000, i)).significant()) {
        significant++;
      }
    }

    // Then 5 % of 200 are 10, give or take four standard deviations of 3.1
    assertThat(significant).isLessThan(23);
  }

  @Property(tries = 100)
  void turnsRoundWithItsSides(@ForAll("errors") double[] first, @ForAll("errors") double[] other) {
    // Given
    double[] second = Arrays.copyOf(other, first.length);

    // When
    PairedComparison one = PairedComparison.of(first, second, BOOTSTRAP);
    PairedComparison two = PairedComparison.of(second, first, BOOTSTRAP);

    // Then
    assertThat(two.faces()).isEqualTo(one.faces());
    assertThat(two.failedOfFirstOnly()).isEqualTo(one.failedOfSecondOnly());
    if (one.faces() > 0) {
      assertThat(two.meanDifference()).isCloseTo(-one.meanDifference(), within(1e-12));
      assertThat(two.interval().low()).isCloseTo(-one.interval().high(), within(1e-12));
      assertThat(two.probabilityFirstBetter())
          .isCloseTo(1 - one.probabilityFirstBetter(), within(1e-12));
    } else {
      assertThat(one.meanDifference()).isNaN();
      assertThat(one.significant()).isFalse();
    }
  }

  @Example
  void countsFacesThatOnlyOneFailedOn() {
    // When
    PairedComparison compared =
        PairedComparison.of(
            new double[] {0.1, Double.NaN, Double.NaN, 0.2},
            new double[] {0.1, 0.1, Double.NaN, Double.NaN},
            BOOTSTRAP);

    // Then
    assertThat(compared.faces()).isEqualTo(1);
    assertThat(compared.failedOfFirstOnly()).isEqualTo(1);
    assertThat(compared.failedOfSecondOnly()).isEqualTo(1);
    assertThat(compared.probabilityFirstBetter()).as("equal").isEqualTo(0.5);
  }

  @Example
  void refusesOtherFaces() {
    assertThatThrownBy(() -> PairedComparison.of(new double[2], new double[3], BOOTSTRAP))
        .hasMessage("second: 3 faces (expected: 2 faces)");
  }

  @Provide
  Arbitrary<double[]> errors() {
    return Arbitraries.oneOf(Arbitraries.doubles().between(0, 0.3), Arbitraries.just(Double.NaN))
        .array(double[].class)
        .ofMinSize(0)
        .ofMaxSize(40);
  }
}
