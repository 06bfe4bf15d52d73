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
      @ForAll @Scale(6) @DoubleRange(min = -7, max = 1) double z) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
      // Given a second point that is right
      NDArray predicted = manager.create(new double[] {x, y, 1, 2}, new Shape(1, 4));
      NDArray truth = manager.create(new double[] {0, 0, 1, 2}, new Shape(1, 4));
      NDArray logErrors = manager.create(new double[] {z, z}, new Shape(1, 2));
      predicted.setRequiresGradient(true);
      logErrors.setRequiresGradient(true);
      // When
      NDArray mean = CertaintyLoss.mean(logErrors, predicted, truth);
      gradients.backward(mean);
      // Then
      double distance = Math.hypot(x, y);
      double loss = z + distance * Math.exp(-z);
      // Means and gradients come as 32 bit floats.
      assertThat(mean.toType(DataType.FLOAT64, false).getDouble())
          .isCloseTo((loss + z) / 2, within(1e-6 * (1 + Math.abs(loss))));
      double[] slopes = logErrors.getGradient().toType(DataType.FLOAT64, false).toDoubleArray();
      double slope = (1 - distance * Math.exp(-z)) / 2;
      assertThat(slopes[0]).isCloseTo(slope, within(1e-6 * (1 + Math.abs(slope))));
      assertThat(slopes[1]).isCloseTo(0.5, within(1e-6));
      assertThat(predicted.getGradient().toType(DataType.FLOAT64, false).toDoubleArray())
          .containsOnly(0.0);
    }
  }
}
