package dev.facealign.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

class CertaintyLossTest {

  @Property(tries = 50)
  void isLeastWhereTheErrorIsExpectedAndMovesNoLandmark(
      @ForAll @Scale(6) @DoubleRange(min = -0.5, max = 0.5) double x,
      @ForAll @Scale(6) @DoubleRange(min = 0.001, max = 0.5) double y,
      @ForAll @Scale(6) @DoubleRange(min = -200, max = 100) double z) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
      // Given a second point that is right
      NDArray predicted = manager.create(new double[] {x, y, 1, 2}, new Shape(1, 4));
      NDArray truth = manager.create(new double[] {0, 0, 1, 2}, new Shape(1, 4));
      NDArray logErrors = manager.create(new double[] {z, z}, new Shape(1, 2));
      predicted.setRequiresGradient(true);
      logErrors.setRequiresGradient(true);
      // When
      NDArray computed = CertaintyLoss.mean(logErrors, predicted, truth);
      gradients.backward(computed);
      // Then, means and gradients being 32 bit floats
      double[] losses = {loss(Math.hypot(x, y), z), loss(0, z)};
      double[] slopes = {slope(Math.hypot(x, y), z) / 2, slope(0, z) / 2};
      double mean = (losses[0] + losses[1]) / 2;
      assertThat(computed.toType(DataType.FLOAT64, false).getDouble())
          .isCloseTo(mean, within(1e-6 * (1 + Math.abs(losses[0]) + Math.abs(losses[1]))));
      assertThat(logErrors.getGradient().toType(DataType.FLOAT64, false).toDoubleArray())
          .containsExactly(slopes, within(1e-5));
      assertThat(predicted.getGradient().toType(DataType.FLOAT64, false).toDoubleArray())
          .containsOnly(0.0);
    }
  }

  /** z + d exp(-z), and its tangent in ln d - z where d is more than ten times exp(z). */
  private static double loss(double distance, double z) {
    double logRatio = Math.log(distance + 1e-12) - z;
    return z + (logRatio <= Math.log(10) ? Math.exp(logRatio) : 10 * (1 + logRatio - Math.log(10)));
  }

  private static double slope(double distance, double z) {
    return 1 - Math.min(10, Math.exp(Math.log(distance + 1e-12) - z));
  }
}
