package dev.facealign.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.Tensor;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

class CertaintyCalibrationTest {

  private static final int POINTS = 68;
  private static final int FACES = 200;

  /** Errors whose means are exp(offset + slope z), spread as exponential ones are. */
  private static HeldOutErrors drawn(double offset, double slope, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] z = new double[FACES * POINTS];
    double[] d = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = -4 + 0.7 * random.nextGaussian();
      d[i] = -Math.exp(offset + slope * z[i]) * Math.log(1 - random.nextDouble());
    }
    return new HeldOutErrors(POINTS, z, d);
  }

  @Property(tries = 30)
  void findsTheLineThatErrorsFollow(
      @ForAll @DoubleRange(min = 0, max = 2) double offset,
      @ForAll @DoubleRange(min = 0.3, max = 1.5) double slope,
      @ForAll @LongRange(min = 1, max = 1_000_000) long seed) {
    HeldOutErrors points = drawn(offset, slope, seed);
    CertaintyCalibration fitted = CertaintyCalibration.fit(points);
    // 13,600 points: the slope's standard error is 1 / (0.7 sqrt(13,600)) = 0.012
    assertThat(fitted.slope()).isCloseTo(slope, within(0.07));
    assertThat(fitted.offset()).isCloseTo(offset, within(0.3));
    // The mean of observed over expected is 1 wherever the offset is the best one.
    double ratios = 0;
    for (int i = 0; i < points.observed().length; i++) {
      double expected = Math.exp(fitted.offset() + fitted.slope() * points.logExpected()[i]);
      ratios += points.observed()[i] / expected / points.observed().length;
    }
    assertThat(ratios).isCloseTo(1, within(5e-3));
    assertThat(fitted.pointRankCorrelation()).isPositive();
  }

  @Property(tries = 30)
  void noOtherLineFitsBetter(
      @ForAll @DoubleRange(min = -0.2, max = 0.2) double otherOffset,
      @ForAll @DoubleRange(min = -0.2, max = 0.2) double otherSlope) {
    HeldOutErrors points = drawn(0.4, 0.8, 7);
    CertaintyCalibration fitted = CertaintyCalibration.fit(points);
    assertThat(loss(points, fitted.offset(), fitted.slope()))
        .isLessThanOrEqualTo(
            loss(points, fitted.offset() + otherOffset, fitted.slope() + otherSlope) + 1e-12);
  }

  private static double loss(HeldOutErrors points, double offset, double slope) {
    double sum = 0;
    for (int i = 0; i < points.observed().length; i++) {
      double logExpected = offset + slope * points.logExpected()[i];
      sum += logExpected + points.observed()[i] * Math.exp(-logExpected);
    }
    return sum / points.observed().length;
  }

  @Property(tries = 20)
  void largerErrorsMoveTheOffsetAlone(@ForAll @DoubleRange(min = 0.01, max = 100) double factor) {
    HeldOutErrors points = drawn(0, 1, 3);
    double[] larger = DoubleStream.of(points.observed()).map(d -> d * factor).toArray();
    CertaintyCalibration before = CertaintyCalibration.fit(points);
    CertaintyCalibration after =
        CertaintyCalibration.fit(new HeldOutErrors(POINTS, points.logExpected(), larger));
    assertThat(after.slope()).isCloseTo(before.slope(), within(1e-3));
    assertThat(after.offset() - before.offset()).isCloseTo(Math.log(factor), within(5e-3));
  }

  @Example
  void onePointThatTheHeadIsFarOffOnMovesLittle() {
    // Given one point of 13,600 of which the head expects next to nothing
    HeldOutErrors points = drawn(0.4, 0.8, 7);
    CertaintyCalibration before = CertaintyCalibration.fit(points);
    for (double lowest : new double[] {-14, -50}) {
      double[] z = points.logExpected().clone();
      double[] d = points.observed().clone();
      z[17] = lowest;
      d[17] = 0.05;
      // When
      CertaintyCalibration after = CertaintyCalibration.fit(new HeldOutErrors(POINTS, z, d));
      // Then
      assertThat(after.slope()).isCloseTo(before.slope(), within(0.1));
      assertThat(after.meanExpected())
          .isCloseTo(before.meanExpected(), within(0.05 * before.meanExpected()));
    }
  }

  @Example
  void expectsTheMeanWhereTheHeadTellsNothing() {
    // Given outputs that are all the same, and outputs that tell the contrary
    HeldOutErrors same =
        new HeldOutErrors(2, new double[] {-4, -4, -4, -4}, new double[] {1, 2, 3, 6});
    HeldOutErrors contrary =
        new HeldOutErrors(2, new double[] {-1, -2, -3, -4}, new double[] {1, 2, 3, 6});
    for (HeldOutErrors points : new HeldOutErrors[] {same, contrary}) {
      // When
      CertaintyCalibration fitted = CertaintyCalibration.fit(points);
      // Then
      assertThat(fitted.slope()).isZero();
      assertThat(fitted.meanExpected()).isCloseTo(3, within(1e-9));
    }
  }

  @Example
  void isFiniteForANetworkThatIsNeverWrong() {
    CertaintyCalibration fitted =
        CertaintyCalibration.fit(new HeldOutErrors(2, new double[] {-4, -5}, new double[] {0, 0}));
    assertThat(fitted.offset()).isFinite();
    assertThat(fitted.meanExpected()).isBetween(0.0, 1e-5);
  }

  @Example
  void foldsIntoTheHeadsTensors() {
    // Given
    CertaintyCalibration calibration = new CertaintyCalibration(0.5, 2, 0, 0, 0, 0);
    Map<String, Tensor> weights =
        Map.of(
            Architecture.CERTAINTY_KERNEL, new Tensor(new long[] {1, 2}, new float[] {1, -3}),
            Architecture.CERTAINTY_BIAS, Tensor.vector(-4),
            Architecture.HEAD_BIAS, Tensor.vector(1, 2));
    // When
    Map<String, Tensor> folded = calibration.folded(weights);
    // Then
    assertThat(Objects.requireNonNull(folded.get(Architecture.CERTAINTY_KERNEL)).values())
        .containsExactly(2, -6);
    assertThat(Objects.requireNonNull(folded.get(Architecture.CERTAINTY_BIAS)).values())
        .containsExactly(-7.5f);
    assertThat(folded.get(Architecture.HEAD_BIAS)).isEqualTo(weights.get(Architecture.HEAD_BIAS));
  }
}
