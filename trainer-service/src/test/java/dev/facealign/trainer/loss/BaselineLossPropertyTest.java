package dev.facealign.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.facealign.fault.FaultException;
import dev.facealign.trainer.job.L1LossSpec;
import dev.facealign.trainer.job.L2LossSpec;
import dev.facealign.trainer.job.SmoothL1LossSpec;
import dev.facealign.trainer.job.WingLossSpec;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

/** Values and slopes of the baselines against their formulas, in float64. */
class BaselineLossPropertyTest {

  private record Point(double loss, double slope) {}

  @Property(tries = 100)
  void l2IsTheSquare(
      @ForAll @Scale(6) @DoubleRange(min = 0.1, max = 300) double scale,
      @ForAll @Scale(6) @DoubleRange(min = -3, max = 3) double error) {
    Point point = at(LandmarkLoss.of(new L2LossSpec(scale)), error);
    double square = scale * scale;
    assertThat(point.loss()).isCloseTo(square * error * error, within(1e-12 * (1 + square)));
    assertThat(point.slope()).isCloseTo(2 * square * error, within(1e-12 * (1 + square)));
  }

  @Property(tries = 100)
  void l1IsTheSize(
      @ForAll @Scale(6) @DoubleRange(min = 0.1, max = 300) double scale,
      @ForAll @Scale(6) @DoubleRange(min = -3, max = 3) double error) {
    Point point = at(LandmarkLoss.of(new L1LossSpec(scale)), error);
    assertThat(point.loss()).isCloseTo(scale * Math.abs(error), within(1e-12 * (1 + scale)));
    assertThat(point.slope()).isEqualTo(scale * Math.signum(error));
  }

  @Property(tries = 200)
  void smoothL1IsSquaredThenLinear(
      @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 10) double beta,
      @ForAll @Scale(6) @DoubleRange(min = 0.1, max = 300) double scale,
      @ForAll @Scale(6) @DoubleRange(min = -1, max = 1) double error) {
    Point point = at(LandmarkLoss.of(new SmoothL1LossSpec(beta, scale)), error);
    double e = scale * Math.abs(error);
    double loss = e <= beta ? e * e / (2 * beta) : e - beta / 2;
    double slope = scale * Math.signum(error) * (e <= beta ? e / beta : 1);
    assertThat(point.loss()).isCloseTo(loss, within(1e-9 * (1 + loss)));
    assertThat(point.slope()).isCloseTo(slope, within(1e-9 * (1 + scale)));
  }

  @Property(tries = 200)
  void wingIsLogarithmicThenLinear(
      @ForAll @Scale(6) @DoubleRange(min = 0.1, max = 20) double width,
      @ForAll @Scale(6) @DoubleRange(min = 0.1, max = 5) double epsilon,
      @ForAll @Scale(6) @DoubleRange(min = 0.1, max = 300) double scale,
      @ForAll @Scale(6) @DoubleRange(min = -1, max = 1) double error) {
    Point point = at(LandmarkLoss.of(new WingLossSpec(width, epsilon, scale)), error);
    double e = scale * Math.abs(error);
    double loss =
        e <= width
            ? width * Math.log(1 + e / epsilon)
            : e - (width - width * Math.log(1 + width / epsilon));
    double slope = scale * Math.signum(error) * (e <= width ? width / (epsilon + e) : 1);
    assertThat(point.loss()).isCloseTo(loss, within(1e-9 * (1 + loss)));
    assertThat(point.slope()).isCloseTo(slope, within(1e-9 * (1 + scale * width / epsilon)));
  }

  @Property(tries = 100)
  void wingAndSmoothL1AreContinuousWhereTheirBranchesMeet(
      @ForAll @Scale(6) @DoubleRange(min = 0.1, max = 20) double border,
      @ForAll @Scale(6) @DoubleRange(min = 0.1, max = 5) double epsilon) {
    for (LandmarkLoss loss :
        List.of(new WingLoss(border, epsilon, 1), new SmoothL1Loss(border, 1))) {
      double below = at(loss, border * (1 - 1e-12)).loss();
      double above = at(loss, border * (1 + 1e-12)).loss();
      assertThat(above).isCloseTo(below, within(1e-9 * (1 + below)));
    }
  }

  @Property(tries = 100)
  void allGrowWithTheError(
      @ForAll @Scale(6) @DoubleRange(min = 0, max = 3) double error,
      @ForAll @Scale(6) @DoubleRange(min = 1e-3, max = 1) double more) {
    for (LandmarkLoss loss : all()) {
      assertThat(at(loss, error + more).loss()).isGreaterThan(at(loss, error).loss());
    }
  }

  @Example
  void allAreFiniteEverywhereAndFlatWhereThePredictionIsRight() {
    for (LandmarkLoss loss : all()) {
      for (double error : new double[] {0, 1e-38, 1e-30, 1e-8, 1e-3, 1, 1e3, 1e6, -1e6}) {
        Point point = at(loss, error, DataType.FLOAT32);
        assertThat(point.loss()).isFinite();
        assertThat(point.slope()).isFinite();
        if (error == 0) {
          assertThat(point.loss()).isZero();
          assertThat(point.slope()).isZero();
        }
      }
    }
  }

  @Example
  void settingsThatAreNoneAreRefusedByName() {
    assertThatThrownBy(() -> new WingLoss(0, 2, 1))
        .isInstanceOf(FaultException.class)
        .hasMessage("wing_width: 0.0 (expected: > 0)");
    assertThatThrownBy(() -> new WingLoss(1, Double.NaN, 1))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("wing_epsilon: NaN");
    assertThatThrownBy(() -> new L2Loss(Double.POSITIVE_INFINITY))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("coordinate_scale: Infinity");
    assertThatThrownBy(() -> new L1Loss(0))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("coordinate_scale: 0.0");
    assertThatThrownBy(() -> new SmoothL1Loss(1, -1))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("coordinate_scale: -1.0");
  }

  private static List<LandmarkLoss> all() {
    return List.of(
        new L2Loss(1), new L1Loss(1), new SmoothL1Loss(1, 224), new WingLoss(10, 2, 224));
  }

  private static Point at(LandmarkLoss loss, double error) {
    return at(loss, error, DataType.FLOAT64);
  }

  /** Loss of one coordinate that is too large by {@code error}, and its derivative. */
  private static Point at(LandmarkLoss loss, double error, DataType type) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
      Shape one = new Shape(1, 1);
      NDArray predicted = manager.create(new double[] {error}, one).toType(type, true);
      predicted.setRequiresGradient(true);
      NDArray mean = loss.mean(predicted, manager.zeros(one, type), manager.zeros(one, type));
      gradients.backward(mean);
      return new Point(
          mean.toType(DataType.FLOAT64, false).getDouble(),
          predicted.getGradient().toType(DataType.FLOAT64, false).getDouble(0, 0));
    }
  }
}
