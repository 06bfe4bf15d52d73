package dev.facealign.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.facealign.trainer.job.AcrLossSpec.AcrConstant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

/** METHOD 3: what holds for every lambda, phi and error, in float64. */
class AcrLossPropertyTest {

  private record Point(double loss, double slope) {}

  @Property(tries = 200)
  void growsWithTheError(
      @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 10) double lambda,
      @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double phi,
      @ForAll @Scale(6) @DoubleRange(min = 0, max = 3) double delta,
      @ForAll @Scale(6) @DoubleRange(min = 1e-3, max = 1) double more) {
    AcrLoss loss = new AcrLoss(lambda, 1, AcrConstant.CONTINUOUS);
    assertThat(at(loss, phi, delta + more).loss()).isGreaterThan(at(loss, phi, delta).loss());
  }

  @Property(tries = 200)
  void isContinuousWhereTheBranchesMeet(
      @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 10) double lambda,
      @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double phi) {
    AcrLoss loss = new AcrLoss(lambda, 1, AcrConstant.CONTINUOUS);
    double below = at(loss, phi, Math.nextDown(1.0)).loss();
    double above = at(loss, phi, Math.nextUp(1.0)).loss();
    assertThat(above).isCloseTo(below, within(1e-12 * (1 + lambda)));
  }

  @Property(tries = 200)
  void dropsByLambdaLessPhiTimesLn2WithThePublishedConstant(
      @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 10) double lambda,
      @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double phi) {
    AcrLoss loss = new AcrLoss(lambda, 1, AcrConstant.PUBLISHED);
    double drop = at(loss, phi, Math.nextDown(1.0)).loss() - at(loss, phi, Math.nextUp(1.0)).loss();
    assertThat(drop).isCloseTo((lambda - phi) * Math.log(2), within(1e-12 * (1 + lambda)));
  }

  @Property(tries = 200)
  void hasTheWrittenGradient(
      @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 10) double lambda,
      @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double phi,
      @ForAll @Scale(6) @DoubleRange(min = 0, max = 3) double delta) {
    double written =
        delta > 1
            ? 2 * delta
            : lambda * (2 - phi) * Math.pow(delta, 1 - phi) / (1 + Math.pow(delta, 2 - phi));
    if (delta == 0) {
      written = 0;
    }
    Point point = at(new AcrLoss(lambda, 1, AcrConstant.CONTINUOUS), phi, delta);
    assertThat(point.slope()).isCloseTo(written, within(1e-9 * (1 + lambda)));
  }

  @Property(tries = 100)
  void isLikeL2ForPhiZeroAndLogarithmicForPhiOne(
      @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 10) double lambda,
      @ForAll @Scale(6) @DoubleRange(min = 1e-6, max = 1) double delta) {
    AcrLoss loss = new AcrLoss(lambda, 1, AcrConstant.CONTINUOUS);
    assertThat(at(loss, 0, delta).slope())
        .isCloseTo(2 * lambda * delta / (1 + delta * delta), within(1e-9 * lambda));
    assertThat(at(loss, 1, delta).slope()).isCloseTo(lambda / (1 + delta), within(1e-9 * lambda));
  }

  @Property(tries = 100)
  void measuresErrorsInTheScaleAskedFor(
      @ForAll @Scale(6) @DoubleRange(min = 0.1, max = 100) double scale,
      @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double phi,
      @ForAll @Scale(6) @DoubleRange(min = 1e-6, max = 0.5) double error) {
    Point scaled = at(new AcrLoss(1, scale, AcrConstant.CONTINUOUS), phi, error);
    Point plain = at(new AcrLoss(1, 1, AcrConstant.CONTINUOUS), phi, scale * error);
    assertThat(scaled.loss()).isCloseTo(plain.loss(), within(1e-9 * (1 + plain.loss())));
    assertThat(scaled.slope())
        .isCloseTo(scale * plain.slope(), within(1e-9 * (1 + scale * plain.slope())));
  }

  @Property(tries = 200)
  void bendsDownAboveTheErrorThatThePaperOverlooks(
      @ForAll @Scale(6) @DoubleRange(min = 0.05, max = 1) double phi,
      @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 0.99) double share) {
    // Given the error at which the second derivative is 0: delta^(2 - phi) = 1 - phi
    AcrLoss loss = new AcrLoss(1, 1, AcrConstant.CONTINUOUS);
    double turn = phi == 1 ? 0 : Math.pow(1 - phi, 1 / (2 - phi));
    // Then the slope grows below it and falls above it
    double below = share * turn;
    if (below > 1e-6) {
      assertThat(at(loss, phi, below * (1 + 1e-6)).slope())
          .isGreaterThan(at(loss, phi, below * (1 - 1e-6)).slope());
    }
    double above = turn + share * (1 - turn);
    assertThat(at(loss, phi, above * (1 + 1e-6)).slope())
        .isLessThan(at(loss, phi, above * (1 - 1e-6)).slope());
  }

  @Property(tries = 200)
  void isFiniteEverywhereInFloat32Too(
      @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double phi,
      @ForAll @DoubleRange(min = -45, max = 6) double exponent) {
    AcrLoss loss = new AcrLoss(1, 30, AcrConstant.CONTINUOUS);
    Point point = at(loss, phi, Math.pow(10, exponent), DataType.FLOAT32);
    assertThat(point.loss()).isFinite();
    assertThat(point.slope()).isFinite();
  }

  private static Point at(AcrLoss loss, double phi, double error) {
    return at(loss, phi, error, DataType.FLOAT64);
  }

  /** Loss of one coordinate that is too large by {@code error}, and its derivative. */
  private static Point at(AcrLoss loss, double phi, double error, DataType type) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
      Shape one = new Shape(1, 1);
      NDArray predicted = manager.create(new double[] {error}, one).toType(type, true);
      predicted.setRequiresGradient(true);
      NDArray mean =
          loss.mean(
              predicted,
              manager.zeros(one, type),
              manager.create(new double[] {phi}, one).toType(type, false));
      gradients.backward(mean);
      return new Point(
          mean.toType(DataType.FLOAT64, false).getDouble(),
          predicted.getGradient().toType(DataType.FLOAT64, false).getDouble(0, 0));
    }
  }
}
