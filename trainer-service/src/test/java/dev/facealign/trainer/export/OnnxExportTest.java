package dev.facealign.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.Initialiser;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Regularisation;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.TensorSpec;
import dev.facealign.trainer.network.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxExportTest {

  private final Network network =
      new Network(Architecture.of(NetworkKind.MOBILENET_V2), 136, Regularisation.NONE);

  @ParameterizedTest
  @CsvSource({
    "MOBILENET_V2, 64",
    "MOBILENET_V2, 112", // has sides of 7, where padding is symmetric
    "EFFICIENTNET_B0, 64",
    "EFFICIENTNET_B0, 112",
    "EFFICIENTNET_B3, 80" // has sides of 5
  })
  void computesWhatTheNetworkComputes(NetworkKind kind, int size) {
    // Given
    Network network = new Network(Architecture.of(kind), 136, Regularisation.NONE);
    Map<String, Tensor> weights = lively(network, size);
    byte[] onnx = OnnxExport.write(network, weights, size);
    // When
    double difference =
        ExportCheck.largestDifference(
            onnx, network, weights, List.of(picture(size, 1), picture(size, 2)), size);
    // Then
    assertThat(difference).isLessThanOrEqualTo(1e-4);
  }

  @Test
  void givesExpectedErrorsWhereTheNetworkHasThem() throws OrtException {
    // Given
    Network certain = withCertainty();
    Map<String, Tensor> weights = lively(certain, 64);
    byte[] onnx = OnnxExport.write(certain, weights, 64);
    // When
    double difference =
        ExportCheck.largestDifference(onnx, certain, weights, List.of(picture(64, 1)), 64);
    // Then
    assertThat(difference).isLessThanOrEqualTo(1e-4);
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx)) {
      assertThat(session.getOutputNames()).containsExactly("landmarks", "expected_error");
      assertThat(shape(session.getOutputInfo(), "expected_error")).containsExactly(-1, 68);
    }

    // Given the same with another expectation for one point
    Map<String, Tensor> others = new LinkedHashMap<>(weights);
    float[] bias =
        Objects.requireNonNull(weights.get(Architecture.CERTAINTY_BIAS)).values().clone();
    bias[67] += 0.01f;
    others.put(Architecture.CERTAINTY_BIAS, Tensor.vector(bias));
    byte[] other = OnnxExport.write(certain, others, 64);
    // Then
    assertThatThrownBy(
            () ->
                ExportCheck.largestDifference(other, certain, weights, List.of(picture(64, 1)), 64))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("expected error 67");
    // Then a file without them is none of such a network
    byte[] without = OnnxExport.write(network, weights, 64);
    assertThatThrownBy(
            () ->
                ExportCheck.largestDifference(
                    without, certain, weights, List.of(picture(64, 1)), 64))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("expected_error: missing");
  }

  private static Network withCertainty() {
    return new Network(Architecture.of(NetworkKind.MOBILENET_V2), 136, Regularisation.NONE, true);
  }

  @Test
  void declaresItsInputAndOutput() throws OrtException {
    // Given
    byte[] onnx = OnnxExport.write(network, lively(network, 64), 64);
    // When
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx)) {
      // Then
      assertThat(shape(session.getInputInfo(), "input")).containsExactly(-1, 3, 64, 64);
      assertThat(shape(session.getOutputInfo(), "landmarks")).containsExactly(-1, 136);
    }
  }

  @Test
  void isRefusedWhenItComputesSomethingElse() {
    // Given a file of other weights
    Map<String, Tensor> weights = lively(network, 64);
    Map<String, Tensor> others = new LinkedHashMap<>(weights);
    float[] bias = new float[136];
    bias[135] = 2e-4f;
    others.put(Architecture.HEAD_BIAS, Tensor.vector(bias));
    byte[] onnx = OnnxExport.write(network, others, 64);
    // Then
    assertThatThrownBy(
            () ->
                ExportCheck.largestDifference(onnx, network, weights, List.of(picture(64, 1)), 64))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.DATA_LOSS);
              assertThat(fault.reason()).isEqualTo(ExportCheck.DIFFERS);
            })
        .hasMessageContaining("output 135");
  }

  private static long[] shape(Map<String, NodeInfo> nodes, String name) {
    NodeInfo node = nodes.get(name);
    return node != null && node.getInfo() instanceof TensorInfo tensor
        ? tensor.getShape()
        : new long[0];
  }

  /** First weights, but kernels and statistics such that every layer tells in the output. */
  private static Map<String, Tensor> lively(Network network, int size) {
    SplittableRandom random = new SplittableRandom(3);
    Map<String, Tensor> values = new LinkedHashMap<>(Initialiser.draw(network, null, 3));
    for (TensorSpec spec : network.tensors()) {
      long[] shape = spec.shape().getShape();
      float[] v = new float[Math.toIntExact(spec.shape().size())];
      switch (spec.role()) {
        case KERNEL -> {
          double fanIn = (double) spec.shape().size() / shape[0];
          double deviation = Math.sqrt(2 / fanIn);
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (deviation * random.nextGaussian());
          }
        }
        case GAMMA, VARIANCE -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (0.5 + random.nextDouble());
          }
        }
        case BETA, MEAN, BIAS -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (0.5 * random.nextGaussian());
          }
        }
        case HEAD_KERNEL, CERTAINTY_KERNEL -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (0.01 * random.nextGaussian());
          }
        }
        case HEAD_BIAS, CERTAINTY_BIAS -> {
          continue;
        }
      }
      values.put(spec.name(), new Tensor(shape, v));
    }
    return observed(network, values, size);
  }

  /**
   * With the statistics that the layers see, as after training: without them numbers grow from
   * layer to layer until rounding decides.
   */
  private static Map<String, Tensor> observed(
      Network network, Map<String, Tensor> values, int size) {
    Network forgetful =
        new Network(
            network.architecture(),
            network.outputs(),
            new Regularisation(0, 0, 0),
            network.hasCertainty());
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Weights weights = new Weights(manager, network.tensors(), values)) {
      NDArray pictures = manager.create(new Shape(4, 3, size, size));
      for (int i = 0; i < 4; i++) {
        float[] picture = picture(size, i);
        pictures.set(new NDIndex(i), manager.create(picture, new Shape(3, size, size)));
      }
      forgetful.train(weights, pictures).close();
      return weights.toHost();
    }
  }

  private static float[] picture(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] picture = new float[3 * size * size];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = (float) random.nextDouble();
    }
    return picture;
  }
}
