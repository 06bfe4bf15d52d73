package dev.facealign.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CovarianceAccumulatorTest {
  private static final int DIMENSION = 11;

  @Property(tries = 60)
  void agreesWithTheDefinition(
      @ForAll @IntRange(min = 2, max = 400) int count, @ForAll long seed, @ForAll boolean far) {
    // Given: with a mean that is a million standard deviations away, too
    double[][] vectors = vectors(count, seed, far ? 1e6 : 0);

    // When
    CovarianceAccumulator accumulator = of(vectors);

    // Then
    double[] mean = mean(vectors);
    assertThat(accumulator.count()).isEqualTo(count);
    assertThat(accumulator.mean()).containsExactly(mean, within(far ? 1e-9 : 1e-14));
    double[][] covariance = accumulator.covariance();
    for (int i = 0; i < DIMENSION; i++) {
      assertThat(covariance[i]).hasSize(i + 1);
      for (int j = 0; j <= i; j++) {
        assertThat(covariance[i][j])
            .isCloseTo(covariance(vectors, mean, i, j), within(far ? 1e-9 : 1e-13));
      }
    }
  }

  @Property(tries = 60)
  void mergingIsTakingInBoth(
      @ForAll @IntRange(max = 400) int here,
      @ForAll @IntRange(max = 400) int there,
      @ForAll long seed) {
    // Given
    double[][] vectors = vectors(here + there, seed, 3);
    CovarianceAccumulator both = of(vectors);
    CovarianceAccumulator first = of(Arrays.copyOf(vectors, here));
    CovarianceAccumulator second = of(Arrays.copyOfRange(vectors, here, here + there));
    double[][] before = second.comoment();

    // When
    first.merge(second);

    // Then
    assertThat(first.count()).isEqualTo(here + there);
    assertThat(first.mean()).containsExactly(both.mean(), within(1e-13));
    for (int i = 0; i < DIMENSION; i++) {
      assertThat(first.comoment()[i]).containsExactly(both.comoment()[i], within(1e-11));
    }
    assertThat(second.comoment()).isDeepEqualTo(before);
  }

  @Property(tries = 40)
  void givesTheSameBitsHoweverVectorsAreHandedInAndWhoeverLooksMeanwhile(
      @ForAll @IntRange(min = 1, max = 600) int count, @ForAll long seed) {
    // Given
    double[][] vectors = vectors(count, seed, 1);
    SplittableRandom random = new SplittableRandom(seed);
    double[] flat = Arrays.stream(vectors).flatMapToDouble(Arrays::stream).toArray();
    CovarianceAccumulator inBlocks = new CovarianceAccumulator(DIMENSION);

    // When
    for (int at = 0; at < count; ) {
      int block = random.nextInt(1, count - at + 1);
      inBlocks.add(flat, at * DIMENSION, block);
      at += block;
      assertThat(inBlocks.mean()).hasSize(DIMENSION);
    }

    // Then
    CovarianceAccumulator oneByOne = of(vectors);
    assertThat(inBlocks.mean()).isEqualTo(oneByOne.mean());
    assertThat(inBlocks.comoment()).isDeepEqualTo(oneByOne.comoment());
  }

  @Property(tries = 20)
  void vectorsThatAreAllTheSameHaveNoCovariance(
      @ForAll @IntRange(min = 2, max = 300) int count, @ForAll long seed) {
    double[][] same = new double[count][];
    Arrays.fill(same, vectors(1, seed, 0.3)[0]);
    CovarianceAccumulator accumulator = of(same);
    assertThat(accumulator.mean()).isEqualTo(same[0]);
    assertThat(Arrays.stream(accumulator.covariance()).flatMapToDouble(Arrays::stream))
        .containsOnly(0.0);
  }

  @Example
  void keepsWhatIsSmallBesideALargeMean() {
    // Given: two values that a sum of squares could not tell apart
    CovarianceAccumulator accumulator = new CovarianceAccumulator(1);
    for (int i = 0; i < 1000; i++) {
      accumulator.add(new double[] {1e9 + (i % 2 == 0 ? 0.5 : -0.5)});
    }

    // Then
    assertThat(accumulator.covariance()[0][0]).isCloseTo(0.25 * 1000 / 999, within(1e-12));
  }

  @Example
  void refusesWhatItCannotTake() {
    CovarianceAccumulator accumulator = new CovarianceAccumulator(2);
    assertThatThrownBy(() -> new CovarianceAccumulator(0)).isInstanceOf(FaultException.class);
    assertThatThrownBy(() -> accumulator.add(new double[3])).hasMessageContaining("3");
    assertThatThrownBy(() -> accumulator.merge(new CovarianceAccumulator(3)))
        .hasMessage("dimension: 3 (expected: 2, as here)");
    assertThatThrownBy(accumulator::covariance).hasMessageContaining("vectors: 0");
    assertThat(accumulator.mean()).containsOnly(0.0);
  }

  private static CovarianceAccumulator of(double[][] vectors) {
    CovarianceAccumulator accumulator = new CovarianceAccumulator(DIMENSION);
    for (double[] vector : vectors) {
      accumulator.add(vector);
    }
    return accumulator;
  }

  private static double[][] vectors(int count, long seed, double about) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] vectors = new double[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = random.doubles(DIMENSION, about - 1, about + 1).toArray();
      vectors[i][3] = vectors[i][2] + 1e-3 * vectors[i][3];
    }
    return vectors;
  }

  private static double[] mean(double[][] vectors) {
    double[] mean = new double[DIMENSION];
    for (int j = 0; j < DIMENSION; j++) {
      int column = j;
      mean[j] = Arrays.stream(vectors).mapToDouble(v -> v[column]).average().orElseThrow();
    }
    return mean;
  }

  private static double covariance(double[][] vectors, double[] mean, int i, int j) {
    return Arrays.stream(vectors).mapToDouble(v -> (v[i] - mean[i]) * (v[j] - mean[j])).sum()
        / (vectors.length - 1);
  }
}
