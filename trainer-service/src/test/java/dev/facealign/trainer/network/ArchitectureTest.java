package dev.facealign.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.trainer.job.NetworkKind;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private final Architecture architecture = Architecture.of(NetworkKind.MOBILENET_V2);

  @Test
  void hasKerasNumberOfWeights() {
    // Given Keras's MobileNetV2 without its classifier, global pooling and a linear layer of 136
    Network network = new Network(architecture, 136, 0.1);
    long observed =
        network.tensors().stream()
            .filter(tensor -> !tensor.role().learnt())
            .mapToLong(tensor -> tensor.shape().size())
            .sum();
    // Then "trainable params" and "non-trainable params" of Keras's summary
    assertThat(network.learntNumbers()).isEqualTo(2_398_088);
    assertThat(observed).isEqualTo(34_112);
    assertThat(architecture.convolutions()).hasSize(52);
    assertThat(architecture.features()).isEqualTo(1280);
  }

  @Test
  void narrowsAPictureToASeventhAsKerasDoes() {
    // Given
    int side = 224;
    // When
    for (Layer layer : architecture.layers()) {
      side = layer.outputSide(side);
    }
    // Then
    assertThat(side).isEqualTo(7);
  }

  @Test
  void padsAnEvenSideBelowAndToTheRightOnly() {
    // Given
    ConvolutionLayer stem = architecture.convolutions().get(0);
    // Then as Keras's correct_pad: ((0, 1), (0, 1)) for even sides, ((1, 1), (1, 1)) for odd ones
    assertThat(stem.stride()).isEqualTo(2);
    assertThat(stem.paddingBefore(224)).isZero();
    assertThat(stem.paddingAfter(224)).isEqualTo(1);
    assertThat(stem.paddingBefore(7)).isEqualTo(1);
    assertThat(stem.paddingAfter(7)).isEqualTo(1);
  }

  @Test
  void addsTheInputOnlyWhereShapesAgree() {
    // Given Keras's ten sums
    long sums =
        architecture.layers().stream()
            .filter(layer -> layer instanceof InvertedResidual block && block.residual())
            .count();
    assertThat(sums).isEqualTo(10);
  }
}
