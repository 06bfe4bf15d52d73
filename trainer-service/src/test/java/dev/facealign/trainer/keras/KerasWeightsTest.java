package dev.facealign.trainer.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facealign.trainer.export.ExportCheck;
import dev.facealign.trainer.export.OnnxExport;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Regularisation;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against an implementation of Keras's networks that shares no code: keras_reference.py. */
class KerasWeightsTest {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void givesWhatTheFilesNetworkGivesWithTheOppositeSign(NetworkKind kind) {
    // Given
    Map<String, Tensor> weights = weights(kind);
    Network network =
        new Network(Architecture.of(kind), KerasReference.OUTPUTS, Regularisation.NONE);
    for (int size : new int[] {64, 80}) {
      float[] picture = KerasReference.picture(size);
      // When
      float[] output = predict(network, weights, picture, size);
      // Then
      assertThat(
              largestDifference(output, KerasReference.negated(KerasReference.output(kind, size))))
          .isLessThan(5e-5);
      // And so does the exported file
      byte[] onnx = OnnxExport.write(network, weights, size);
      assertThat(ExportCheck.largestDifference(onnx, network, weights, List.of(picture), size))
          .isLessThan(5e-5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesAfterEveryLayer(NetworkKind kind) {
    // Given a linear layer that lets the first four channels' means through
    Map<String, Tensor> weights = new LinkedHashMap<>(weights(kind));
    List<dev.facealign.trainer.network.Layer> layers = Architecture.of(kind).layers();
    for (int size : new int[] {64, 80}) {
      double[][] means = KerasReference.means(kind, size);
      assertThat(means.length).isEqualTo(layers.size());
      for (int n = 1; n <= layers.size(); n++) {
        Architecture part = new Architecture(layers.subList(0, n), 1e-3f);
        float[] first = new float[4 * part.features()];
        for (int c = 0; c < 4; c++) {
          first[c * part.features() + c] = 1;
        }
        weights.put(Architecture.HEAD_KERNEL, new Tensor(new long[] {4, part.features()}, first));
        weights.put(Architecture.HEAD_BIAS, Tensor.vector(0, 0, 0, 0));
        // When
        float[] output =
            predict(
                new Network(part, 4, Regularisation.NONE),
                weights,
                KerasReference.picture(size),
                size);
        // Then
        for (int c = 0; c < 4; c++) {
          assertThat((double) output[c])
              .describedAs("layer %d, channel %d, size %d", n, c, size)
              .isCloseTo(means[n - 1][c], within(1e-5 * (1 + Math.abs(means[n - 1][c]))));
        }
      }
    }
  }

  private Map<String, Tensor> weights(NetworkKind kind) {
    return KerasWeights.read(KerasReference.file(kind, folder), kind, KerasReference.OUTPUTS);
  }

  private static float[] predict(
      Network network, Map<String, Tensor> values, float[] picture, int size) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Weights weights = new Weights(manager, network.tensors(), values);
        NDArray input = manager.create(picture, new Shape(1, 3, size, size))) {
      return network.predict(weights, input).landmarks().toFloatArray();
    }
  }

  private static double largestDifference(float[] is, double[] expected) {
    assertThat(is).hasSize(expected.length);
    double largest = 0;
    for (int i = 0; i < is.length; i++) {
      largest = Math.max(largest, Math.abs(is[i] - expected[i]));
    }
    return largest;
  }
}
