package dev.facealign.metric;

import static dev.facealign.metric.MetricArbitraries.column;
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

class ErrorRejectionTest {
  @Example
  void rejectsTheMostUncertainFirst() {
    // Given: the model is surest of the face with 3 %, then of 1 %, then of 8 %
    double[] uncertainty = {0.5, 0.9, 0.1};
    double[] nme = {0.01, 0.08, 0.03};

    // When
    ErrorRejection rejection = ErrorRejection.of(uncertainty, nme);

    // Then
    assertThat(rejection.faces()).isEqualTo(3);
    assertThat(rejection.nmeOfKept(0)).isCloseTo(0.04, within(1e-15));
    assertThat(rejection.nmeOfKept(1)).isCloseTo(0.02, within(1e-15));
    assertThat(rejection.nmeOfKept(2)).isCloseTo(0.03, within(1e-15));
    assertThat(rejection.nmeOfKeptByOracle(2)).isCloseTo(0.01, within(1e-15));
    assertThat(rejection.area()).isCloseTo(0.03, within(1e-15));
    assertThat(rejection.areaOfOracle()).isCloseTo((0.04 + 0.02 + 0.01) / 3, within(1e-15));
    assertThat(rejection.areaOfChance()).isCloseTo(0.04, within(1e-15));
  }

  @Example
  void facesOfEqualUncertaintyAreRejectedInTheMeanOfTheirOrders() {
    // Given: either of the last two may go first
    double[] uncertainty = {0.1, 0.7, 0.7};
    double[] nme = {0.02, 0.04, 0.08};

    // When
    ErrorRejection rejection = ErrorRejection.of(uncertainty, nme);

    // Then: (0.02 + 0.04) / 2 and (0.02 + 0.08) / 2 in the mean
    assertThat(rejection.nmeOfKept(1)).isCloseTo(0.04, within(1e-15));

    // And: no limit has one of the two alone above it
    assertThat(rejection.limit(1)).isEqualTo(0.7);
    assertThat(rejection.limit(2)).isEqualTo(0.1);
  }

  @Property(tries = 300)
  void asManyFacesAsAreRejectedLieAboveTheLimit(@ForAll("pairs") List<double[]> pairs) {
    // Given
    double[] scores = column(pairs, 0);
    ErrorRejection rejection = ErrorRejection.of(scores, column(pairs, 1));

    for (int rejected = 0; rejected < rejection.faces(); rejected++) {
      // When
      double limit = rejection.limit(rejected);

      // Then: equal scores are on one side
      assertThat(Arrays.stream(scores).filter(score -> score > limit).count())
          .isLessThanOrEqualTo(rejected);
      assertThat(Arrays.stream(scores).filter(score -> score >= limit).count())
          .isGreaterThan(rejected);
    }
  }

  @Property(tries = 300)
  void noScoreBeatsTheOracleAndTheTruthEqualsIt(@ForAll("pairs") List<double[]> pairs) {
    // Given
    double[] nme = column(pairs, 1);

    // When
    ErrorRejection byModel = ErrorRejection.of(column(pairs, 0), nme);
    ErrorRejection byTruth = ErrorRejection.of(nme, nme);

    // Then
    assertThat(byModel.areaOfOracle()).isLessThanOrEqualTo(byModel.area() + 1e-12);
    assertThat(byModel.areaOfOracle()).isLessThanOrEqualTo(byModel.areaOfChance() + 1e-12);
    assertThat(byTruth.area()).isCloseTo(byModel.areaOfOracle(), within(1e-12));
    for (int rejected = 0; rejected < byModel.faces(); rejected++) {
      assertThat(byModel.nmeOfKeptByOracle(rejected))
          .isLessThanOrEqualTo(byModel.nmeOfKept(rejected) + 1e-12);
    }
  }

  @Property(tries = 300)
  void onlyTheOrderOfScoresCountsAndNotTheOrderOfFaces(
      @ForAll("pairs") List<double[]> pairs, @ForAll long seed) {
    // Given
    double[] scores = column(pairs, 0);
    double[] nme = column(pairs, 1);
    List<double[]> shuffled = MetricArbitraries.shuffled(pairs, new Random(seed));
    double area = ErrorRejection.of(scores, nme).area();

    // Then
    assertThat(ErrorRejection.of(Arrays.stream(scores).map(Math::exp).toArray(), nme).area())
        .isCloseTo(area, within(1e-12));
    assertThat(ErrorRejection.of(Arrays.stream(scores).map(v -> 5 * v - 3).toArray(), nme).area())
        .isCloseTo(area, within(1e-12));
    assertThat(ErrorRejection.of(column(shuffled, 0), column(shuffled, 1)).area())
        .isCloseTo(area, within(1e-12));
  }

  @Property(tries = 200)
  void oneScoreForAllIsChance(@ForAll("pairs") List<double[]> pairs) {
    // Given
    double[] nme = column(pairs, 1);
    ErrorRejection rejection = ErrorRejection.of(new double[nme.length], nme);

    // Then
    assertThat(rejection.areaOfChance())
        .isCloseTo(Arrays.stream(nme).average().orElseThrow(), within(1e-12));
    assertThat(rejection.area()).isCloseTo(rejection.areaOfChance(), within(1e-12));
  }

  @Property(tries = 100)
  void chanceIsTheMeanOverAllOrders(@ForAll("few") List<double[]> pairs) {
    // Given: every order of a few faces, each as a score
    double[] nme = column(pairs, 1);
    double sum = 0;
    int orders = 0;
    for (int[] order :
        new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
      sum += ErrorRejection.of(Arrays.stream(order).asDoubleStream().toArray(), nme).area();
      orders++;
    }

    // Then
    assertThat(sum / orders).isCloseTo(ErrorRejection.of(nme, nme).areaOfChance(), within(1e-12));
  }

  @Example
  void refusesWhatHasNoCurve() {
    assertThatThrownBy(() -> ErrorRejection.of(new double[0], new double[0]))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("nme.length: 0");
    assertThatThrownBy(() -> ErrorRejection.of(new double[2], new double[1]))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("uncertainty.length: 2 (expected: 1, as many)");
    assertThatThrownBy(() -> ErrorRejection.of(new double[] {Double.NaN}, new double[1]))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("uncertainty[0]: NaN");
    assertThatThrownBy(() -> ErrorRejection.of(new double[2], new double[2]).nmeOfKept(2))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("rejected: 2 (expected: 0 to 1)");
  }

  @Provide
  Arbitrary<List<double[]>> pairs() {
    return MetricArbitraries.pairs(Arbitraries.integers().between(1, 60));
  }

  @Provide
  Arbitrary<List<double[]>> few() {
    return MetricArbitraries.pairs(Arbitraries.just(3));
  }
}
