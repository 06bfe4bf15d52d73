package dev.facealign.metric;

import static dev.facealign.metric.MetricArbitraries.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import dev.facealign.metric.Calibration.Bin;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class CalibrationTest {
  @Example
  void binsHaveEquallyManyPointsByAscendingExpectedError() {
    // Given
    double[] expected = {4, 1, 3, 2, 5};
    double[] observed = {40, 10, 30, 20, 60};

    // When
    Calibration calibration = Calibration.of(expected, observed, 2);

    // Then: two points of 1, 2 and three of 3, 4, 5
    assertThat(calibration.bins()).containsExactly(new Bin(2, 1.5, 15), new Bin(3, 4, 130.0 / 3));
    assertThat(calibration.error()).isCloseTo((2 * 13.5 + 3 * (130.0 / 3 - 4)) / 5, within(1e-12));
    assertThat(calibration.meanExpected()).isCloseTo(3, within(1e-12));
    assertThat(calibration.meanObserved()).isCloseTo(32, within(1e-12));
    assertThat(calibration.points()).isEqualTo(5);
  }

  @Example
  void pointsThatAreExpectedToBeEquallyFarOffShareTheirErrors() {
    // Given: all alike, so which of them are in which bin must not matter
    double[] expected = {2, 2, 2, 2};
    double[] observed = {0, 0, 4, 8};

    // Then
    assertThat(Calibration.of(expected, observed, 2).bins())
        .containsExactly(new Bin(2, 2, 3), new Bin(2, 2, 3));
  }

  @Example
  void fewerPointsThanBinsGiveABinEach() {
    assertThat(Calibration.of(new double[] {2, 1}, new double[] {1, 2}, 10).bins())
        .containsExactly(new Bin(1, 1, 2), new Bin(1, 2, 1));
  }

  @Property(tries = 200)
  void whatIsExpectedAndComesTrueIsCalibrated(
      @ForAll("pairs") List<double[]> pairs, @ForAll @IntRange(min = 1, max = 12) int bins) {
    // Given
    double[] errors = column(pairs, 0);

    // Then
    assertThat(Calibration.of(errors, errors, bins).error()).isCloseTo(0, within(1e-12));
  }

  @Property(tries = 200)
  void binsPartThePoints(
      @ForAll("pairs") List<double[]> pairs,
      @ForAll @IntRange(min = 1, max = 12) int bins,
      @ForAll long seed) {
    // Given
    double[] expected = column(pairs, 0);
    double[] observed = column(pairs, 1);
    List<double[]> shuffled = MetricArbitraries.shuffled(pairs, new Random(seed));

    // When
    Calibration calibration = Calibration.of(expected, observed, bins);

    // Then: equal counts, ascending, and the means are the points'
    assertThat(calibration.bins()).hasSize(Math.min(bins, pairs.size()));
    assertThat(calibration.bins())
        .allMatch(
            bin -> Math.abs(bin.points() - (double) pairs.size() / bins) < 1 || bin.points() == 1);
    for (int bin = 1; bin < calibration.bins().size(); bin++) {
      assertThat(calibration.bins().get(bin).expected())
          .isGreaterThanOrEqualTo(calibration.bins().get(bin - 1).expected() - 1e-12);
    }
    assertThat(calibration.points()).isEqualTo(pairs.size());
    assertThat(calibration.meanExpected())
        .isCloseTo(Arrays.stream(expected).average().orElseThrow(), within(1e-12));
    assertThat(calibration.meanObserved())
        .isCloseTo(Arrays.stream(observed).average().orElseThrow(), within(1e-12));
    // And: never below the distance of the means, and never dependent on the points' order
    assertThat(calibration.error())
        .isGreaterThanOrEqualTo(
            Math.abs(calibration.meanExpected() - calibration.meanObserved()) - 1e-12)
        .isCloseTo(
            Calibration.of(column(shuffled, 0), column(shuffled, 1), bins).error(), within(1e-12));
  }

  @Example
  void refusesWhatCannotBeBinned() {
    assertThatThrownBy(() -> Calibration.of(new double[] {1}, new double[] {1}, 0))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("bins: 0 (expected: > 0)");
    assertThatThrownBy(() -> Calibration.of(new double[0], new double[0], 10))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("expected.length: 0");
    assertThatThrownBy(
            () -> Calibration.of(new double[] {1}, new double[] {Double.POSITIVE_INFINITY}, 10))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("observed[0]: Infinity");
  }

  @Provide
  Arbitrary<List<double[]>> pairs() {
    return MetricArbitraries.pairs(Arbitraries.integers().between(1, 60));
  }
}
