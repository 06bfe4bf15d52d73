package dev.facealign.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.LivelyNetwork;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Regularisation;
import dev.facealign.trainer.network.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    Map<String, Tensor> weights = LivelyNetwork.weights(network, size);
    byte[] onnx = OnnxExport.write(network, weights, size);
    // When
    double difference =
        ExportCheck.largestDifference(
            onnx,
            network,
            weights,
            List.of(LivelyNetwork.picture(size, 1), LivelyNetwork.picture(size, 2)),
            size);
    // Then
    assertThat(difference).isLessThanOrEqualTo(1e-4);
  }

  @Test
  void givesExpectedErrorsWhereTheNetworkHasThem() throws OrtException {
    // Given
    Network certain = withCertainty();
    Map<String, Tensor> weights = LivelyNetwork.weights(certain, 64);
    byte[] onnx = OnnxExport.write(certain, weights, 64);
    // When
    double difference =
        ExportCheck.largestDifference(
            onnx, certain, weights, List.of(LivelyNetwork.picture(64, 1)), 64);
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
                ExportCheck.largestDifference(
                    other, certain, weights, List.of(LivelyNetwork.picture(64, 1)), 64))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("expected error 67");
    // Then a file without them is none of such a network
    byte[] without = OnnxExport.write(network, weights, 64);
    assertThatThrownBy(
            () ->
                ExportCheck.largestDifference(
                    without, certain, weights, List.of(LivelyNetwork.picture(64, 1)), 64))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("expected_error: missing");
  }

  private static Network withCertainty() {
    return new Network(Architecture.of(NetworkKind.MOBILENET_V2), 136, Regularisation.NONE, true);
  }

  @Test
  void declaresItsInputAndOutput() throws OrtException {
    // Given
    byte[] onnx = OnnxExport.write(network, LivelyNetwork.weights(network, 64), 64);
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
    Map<String, Tensor> weights = LivelyNetwork.weights(network, 64);
    Map<String, Tensor> others = new LinkedHashMap<>(weights);
    float[] bias = new float[136];
    bias[135] = 2e-4f;
    others.put(Architecture.HEAD_BIAS, Tensor.vector(bias));
    byte[] onnx = OnnxExport.write(network, others, 64);
    // Then
    assertThatThrownBy(
            () ->
                ExportCheck.largestDifference(
                    onnx, network, weights, List.of(LivelyNetwork.picture(64, 1)), 64))
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
}
