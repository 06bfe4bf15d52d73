package dev.facealign.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

  /**
   * One stride-2 convolution whose batch normalisation changes nothing, and a linear layer that
   * adds up.
   */
  private static final Architecture ONE_CONVOLUTION =
      new Architecture(List.of(new ConvolutionLayer("one", 3, 2, 3, 2, 1, Activation.NONE)), 0f);

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7})
  void convolvesWithTensorFlowsSamePadding(int side) {
    // Given
    Network network = new Network(ONE_CONVOLUTION, 2, Regularisation.NONE);
    Map<String, Tensor> values =
        new LinkedHashMap<>(Initialiser.draw(network, new double[] {0.5, -0.5}, 7));
    values.put(Architecture.HEAD_KERNEL, new Tensor(new long[] {2, 2}, new float[] {1, 0, 0, 1}));
    float[] picture = new float[3 * side * side];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = (float) Math.sin(i);
    }
    // When
    float[] predicted;
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Weights weights = new Weights(manager, network.tensors(), values)) {
      NDArray input = manager.create(picture, new Shape(1, 3, side, side));
      predicted = network.predict(weights, input).landmarks().toFloatArray();
    }
    // Then
    float[] kernel =
        Network.turned(java.util.Objects.requireNonNull(values.get("one/kernel"))).values();
    double[] expected = {0.5, -0.5};
    int out = (side + 1) / 2;
    int before = Math.max(0, (out - 1) * 2 + 3 - side) / 2;
    for (int o = 0; o < 2; o++) {
      expected[o] += meanOfChannel(picture, side, kernel, o, out, before);
    }
    assertThat((double) predicted[0]).isCloseTo(expected[0], within(1e-5));
    assertThat((double) predicted[1]).isCloseTo(expected[1], within(1e-5));
  }

  private static double meanOfChannel(
      float[] picture, int side, float[] kernel, int channel, int out, int before) {
    double sum = 0;
    for (int y = 0; y < out; y++) {
      for (int x = 0; x < out; x++) {
        for (int c = 0; c < 3; c++) {
          for (int ky = 0; ky < 3; ky++) {
            for (int kx = 0; kx < 3; kx++) {
              int py = 2 * y + ky - before;
              int px = 2 * x + kx - before;
              if (py >= 0 && px >= 0 && py < side && px < side) {
                sum +=
                    picture[(c * side + py) * side + px]
                        * kernel[((channel * 3 + c) * 3 + ky) * 3 + kx];
              }
            }
          }
        }
      }
    }
    return sum / (out * out);
  }

  @Test
  void updatesRunningStatisticsInTrainingOnly() {
    // Given
    Network network = new Network(ONE_CONVOLUTION, 2, Regularisation.NONE);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Weights weights =
            new Weights(manager, network.tensors(), Initialiser.draw(network, null, 1))) {
      NDArray input = manager.randomUniform(0f, 1f, new Shape(4, 3, 6, 6));
      float[] before = weights.get("one/moving_mean").toFloatArray();
      // When
      network.predict(weights, input).close();
      float[] predicted = weights.get("one/moving_mean").toFloatArray();
      network.train(weights, input).close();
      float[] trained = weights.get("one/moving_mean").toFloatArray();
      // Then
      assertThat(predicted).containsExactly(before);
      assertThat(trained).isNotEqualTo(before);
    }
  }

  @Test
  void drawsTheSameWeightsForTheSameSeed() {
    Network network = new Network(ONE_CONVOLUTION, 2, Regularisation.NONE);
    assertThat(Initialiser.draw(network, null, 1)).isEqualTo(Initialiser.draw(network, null, 1));
    assertThat(Initialiser.draw(network, null, 1)).isNotEqualTo(Initialiser.draw(network, null, 2));
  }

  @Test
  void refusesWeightsThatDoNotFit() {
    // Given
    Network network = new Network(ONE_CONVOLUTION, 2, Regularisation.NONE);
    Map<String, Tensor> values = new LinkedHashMap<>(Initialiser.draw(network, null, 1));
    values.put("one/gamma", Tensor.vector(new float[3]));
    // Then
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      assertThatThrownBy(() -> new Weights(manager, network.tensors(), values))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("one/gamma")
          .hasMessageContaining("expected: (2)");
    }
  }

  @Test
  void turningAKernelTwiceGivesItBack() {
    Tensor kernel = new Tensor(new long[] {1, 2, 1, 2}, new float[] {1, 2, 3, 4});
    assertThat(Network.turned(kernel).values()).containsExactly(2, 1, 4, 3);
    assertThat(Network.turned(Network.turned(kernel))).isEqualTo(kernel);
  }
}
