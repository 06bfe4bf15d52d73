package dev.facealign.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RankCorrelationTest {
  @Example
  void agreesWithTheFormulaOfDifferencesWhereNothingIsEqual() {
    // Given: ranks 1 2 3 4 5 against 2 1 4 3 5; differences squared sum to 4
    double[] first = {10, 20, 30, 40, 50};
    double[] second = {0.2, 0.1, 0.4, 0.3, 0.5};

    // Then: 1 - 6 x 4 / (5 x 24)
    assertThat(RankCorrelation.spearman(first, second)).isCloseTo(0.8, within(1e-15));
  }

  @Example
  void equalValuesHaveTheMeanOfTheirRanks() {
    // Given: ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: covariance 4.5, variances 4.5 and 5
    double[] first = {1, 2, 2, 3};
    double[] second = {1, 3, 2, 4};

    // Then
    assertThat(RankCorrelation.spearman(first, second))
        .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-15));
  }

  @Example
  void withoutAnOrderThereIsNothingToAgreeWith() {
    assertThat(RankCorrelation.spearman(new double[] {3, 3, 3}, new double[] {1, 2, 3})).isZero();
    assertThat(RankCorrelation.spearman(new double[] {1}, new double[] {1})).isZero();
    assertThat(RankCorrelation.spearman(new double[] {0.0, -0.0}, new double[] {1, 2})).isZero();
  }

  @Property(tries = 200)
  void isOneForTheSameOrderAndMinusOneForTheOpposite(@ForAll("pairs") List<double[]> pairs) {
    // Given
    double[] values = column(pairs, 0);
    double[] same = Arrays.stream(values).map(v -> Math.exp(v) - 7).toArray();
    double[] opposite = Arrays.stream(values).map(v -> -v).toArray();
    boolean ordered = Arrays.stream(values).distinct().count() > 1;

    // Then
    assertThat(RankCorrelation.spearman(values, same)).isCloseTo(ordered ? 1 : 0, within(1e-12));
    assertThat(RankCorrelation.spearman(values, opposite))
        .isCloseTo(ordered ? -1 : 0, within(1e-12));
  }

  @Property(tries = 200)
  void isSymmetricAndHeedsNeitherMonotoneTransformsNorTheFacesOrder(
      @ForAll("pairs") List<double[]> pairs, @ForAll long seed) {
    // Given
    List<double[]> shuffled = MetricArbitraries.shuffled(pairs, new Random(seed));
    double[] first = column(pairs, 0);
    double[] second = column(pairs, 1);
    double correlation = RankCorrelation.spearman(first, second);

    // Then
    assertThat(correlation).isBetween(-1.0, 1.0);
    assertThat(RankCorrelation.spearman(second, first)).isCloseTo(correlation, within(1e-12));
    assertThat(
            RankCorrelation.spearman(
                Arrays.stream(first).map(v -> v * v * v + 2 * v).toArray(), second))
        .isCloseTo(correlation, within(1e-12));
    assertThat(RankCorrelation.spearman(column(shuffled, 0), column(shuffled, 1)))
        .isCloseTo(correlation, within(1e-12));
  }

  @Example
  void refusesWhatCannotBeRanked() {
    assertThatThrownBy(() -> RankCorrelation.spearman(new double[0], new double[0]))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("first.length: 0 (expected: > 0)");
    assertThatThrownBy(() -> RankCorrelation.spearman(new double[1], new double[2]))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("first.length: 1 (expected: 2, as many)");
    assertThatThrownBy(
            () -> RankCorrelation.spearman(new double[] {0, 1}, new double[] {0, Double.NaN}))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("second[1]: NaN (expected: finite)");
  }

  private static double[] column(List<double[]> pairs, int column) {
    return MetricArbitraries.column(pairs, column);
  }

  @Provide
  Arbitrary<List<double[]>> pairs() {
    return MetricArbitraries.pairs(Arbitraries.integers().between(1, 60));
  }
}
