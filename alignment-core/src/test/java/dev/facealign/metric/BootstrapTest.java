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

class BootstrapTest {
  private static final Bootstrap BOOTSTRAP = new Bootstrap(2000, 7);

  @Example
  void isAsWideAsTheoryHasItOfAMean() {
    // Given 400 normal scores
    SplittableRandom random = new SplittableRandom(3);
    double[] scores = DoubleStream.generate(random::nextGaussian).limit(400).toArray();
    double mean = Arrays.stream(scores).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).sum() / 399);
    double half = 1.96 * deviation / Math.sqrt(400);

    // When
    Interval interval = new Bootstrap(20_000, 1).ofMean(scores);

    // Then
    assertThat(interval.low()).isCloseTo(mean - half, within(0.1 * half));
    assertThat(interval.high()).isCloseTo(mean + half, within(0.1 * half));
  }

  @Example
  void holdsTheTruthAboutAsOftenAsItSays() {
    // Given
    SplittableRandom random = new SplittableRandom(5);
    int held = 0;

    // When
    for (int i = 0; i < 400; i++) {
      double[] scores = DoubleStream.generate(random::nextDouble).limit(80).toArray();
      if (new Bootstrap(1000, i).ofMean(scores).contains(0.5)) {
        held++;
      }
    }

    // Then 95 % of 400 are 380, give or take four standard deviations of 4.4
    assertThat(held).isBetween(362, 398);
  }

  @Property(tries = 100)
  void liesBetweenTheSmallestAndTheLargestScore(@ForAll("scores") double[] scores) {
    // When
    Interval interval = BOOTSTRAP.ofMean(scores);

    // Then
    double[] valid = Arrays.stream(scores).filter(Double::isFinite).sorted().toArray();
    if (valid.length == 0) {
      assertThat(interval.exists()).isFalse();
    } else {
      assertThat(interval.low()).isGreaterThanOrEqualTo(valid[0] - 1e-12);
      assertThat(interval.high()).isBetween(interval.low(), valid[valid.length - 1] + 1e-12);
      assertThat(BOOTSTRAP.ofMean(scores)).as("same seed").isEqualTo(interval);
    }
  }

  @Property(tries = 100)
  void figuresOfADistributionLieInTheirIntervalsOrNearThem(@ForAll("scores") double[] nme) {
    // Given
    ErrorDistribution errors = ErrorDistribution.of(nme);

    // Then the middle of what may be drawn is what was
    assertMeanOfDraws(errors.meanInterval(BOOTSTRAP), errors.mean());
    assertMeanOfDraws(errors.failureRateInterval(0.1, BOOTSTRAP), errors.failureRate(0.1));
    assertMeanOfDraws(errors.aucInterval(0.1, BOOTSTRAP), errors.auc(0.1));
    assertMeanOfDraws(errors.aucFard2022Interval(BOOTSTRAP), errors.aucFard2022());
  }

  private static void assertMeanOfDraws(Interval interval, double figure) {
    if (Double.isNaN(figure)) {
      assertThat(interval.exists()).isFalse();
    } else {
      assertThat(figure).isBetween(interval.low() - 1e-9, interval.high() + 1e-9);
    }
  }

  @Example
  void refusesTooFewResamples() {
    assertThatThrownBy(() -> new Bootstrap(10, 1))
        .hasMessage("resamples: 10 (expected: 1000 to 1000000)");
  }

  @Provide
  Arbitrary<double[]> scores() {
    return Arbitraries.oneOf(Arbitraries.doubles().between(0, 0.3), Arbitraries.just(Double.NaN))
        .array(double[].class)
        .ofMinSize(0)
        .ofMaxSize(60);
  }
}
