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
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.facealign.fault.FaultException;
import dev.facealign.testkit.Golden;
import dev.facealign.trainer.job.AcrLossSpec.AcrConstant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcrLossTest {

  private record Answer(double mean, List<Double> gradient) {}

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void agreesWithReferenceValuesOfAllCases(DataType type) {
    double tolerance = type == DataType.FLOAT64 ? 1e-9 : 1e-5;
    JsonObject golden = Golden.acr();
    double[] faces = Golden.numbers(golden.getAsJsonArray("faces"));
    JsonArray cases = golden.getAsJsonArray("cases");
    assertThat(cases).hasSizeGreaterThan(1);
    for (JsonElement element : cases) {
      // Given
      JsonObject one = element.getAsJsonObject();
      double lambda = one.get("lambda_").getAsDouble();
      double scale = one.get("scale").getAsDouble();
      double[] predicted = Golden.numbers(one.getAsJsonArray("predicted"));
      double[] phi = Golden.numbers(one.getAsJsonArray("phi_per_coordinate"));
      // When
      Answer continuous =
          evaluate(new AcrLoss(lambda, scale, AcrConstant.CONTINUOUS), type, predicted, faces, phi);
      Answer published =
          evaluate(new AcrLoss(lambda, scale, AcrConstant.PUBLISHED), type, predicted, faces, phi);
      // Then
      assertThat(continuous.mean())
          .isCloseTo(one.get("mean_loss").getAsDouble(), within(tolerance));
      assertThat(published.mean())
          .isCloseTo(one.get("mean_loss_published_constant").getAsDouble(), within(tolerance));
      double[] gradient = Golden.numbers(one.getAsJsonArray("gradient_of_mean_loss"));
      assertThat(largestDifference(continuous.gradient(), gradient)).isLessThan(tolerance);
      assertThat(largestDifference(published.gradient(), gradient)).isLessThan(tolerance);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void hasNoGradientWhereThePredictionIsRightWhateverPhi(DataType type) {
    // Given predictions that are right to the last bit
    double[] truth = {0.25, -0.5, 0, 0.125};
    double[] phi = {0, 0.5, 1, 1};
    // When
    Answer answer =
        evaluate(new AcrLoss(1, 30, AcrConstant.CONTINUOUS), type, truth.clone(), truth, phi);
    // Then
    assertThat(answer.mean()).isZero();
    assertThat(answer.gradient()).allMatch(slope -> slope == 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 1e-8, 1e-3, 1, 3, 1e3})
  void staysFiniteNextToZeroAndFarAway(double error) {
    // Given
    double[] truth = {0, 0, 0};
    double[] predicted = {error, error, error};
    double[] phi = {0, 0.5, 1};
    // When
    Answer answer =
        evaluate(
            new AcrLoss(1, 1, AcrConstant.CONTINUOUS), DataType.FLOAT32, predicted, truth, phi);
    // Then
    assertThat(answer.mean()).isFinite();
    assertThat(answer.gradient()).allMatch(Double::isFinite);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesALambdaThatIsNone(double lambda) {
    assertThatThrownBy(() -> new AcrLoss(lambda, 1, AcrConstant.CONTINUOUS))
        .isInstanceOf(FaultException.class)
        .hasMessage("lambda: " + lambda + " (expected: > 0)");
  }

  private static Answer evaluate(
      LandmarkLoss loss, DataType type, double[] predicted, double[] truth, double[] phi) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray p = array(manager, type, predicted);
      p.setRequiresGradient(true);
      NDArray mean = loss.mean(p, array(manager, type, truth), array(manager, type, phi));
      assertThat(mean.getDataType()).isEqualTo(type);
      gradients.backward(mean);
      return new Answer(
          mean.toType(DataType.FLOAT64, false).getDouble(),
          list(p.getGradient().toType(DataType.FLOAT64, false).toDoubleArray()));
    }
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static double largestDifference(List<Double> is, double[] expected) {
    assertThat(is).hasSize(expected.length);
    return IntStream.range(0, expected.length)
        .mapToDouble(i -> Math.abs(is.get(i) - expected[i]))
        .max()
        .orElse(Double.NaN);
  }

  private static NDArray array(NDManager manager, DataType type, double[] values) {
    return manager.create(values, new Shape(1, values.length)).toType(type, false);
  }
}
