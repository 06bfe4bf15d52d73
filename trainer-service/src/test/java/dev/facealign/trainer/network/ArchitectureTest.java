package dev.facealign.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.trainer.job.NetworkKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {

  /**
   * Keras's figures for each network without its classifier, global pooling and a linear layer of
   * 136: "trainable params" and "non-trainable params". For EfficientNet Keras counts seven more
   * that are not learnt, of a normalisation of the input: 3 means, 3 variances and a count.
   */
  @ParameterizedTest
  @CsvSource({
    "MOBILENET_V2,     2398088, 34112, 52, 1280, 10",
    "EFFICIENTNET_B0,  4181764, 42016, 49, 1280,  9",
    "EFFICIENTNET_B3, 10905264, 87296, 78, 1536, 19"
  })
  void hasKerasNumberOfWeights(
      NetworkKind kind, long learnt, long observed, int convolutions, int features, int sums) {
    // Given
    Architecture architecture = Architecture.of(kind);
    Network network = new Network(architecture, 136, Regularisation.NONE);
    // Then
    assertThat(network.learntNumbers()).isEqualTo(learnt);
    assertThat(
            network.tensors().stream()
                .filter(tensor -> !tensor.role().learnt())
                .mapToLong(tensor -> tensor.shape().size())
                .sum())
        .isEqualTo(observed);
    assertThat(architecture.convolutions()).hasSize(convolutions);
    assertThat(architecture.features()).isEqualTo(features);
    // The input is added only where shapes agree
    assertThat(
            architecture.layers().stream()
                .filter(layer -> layer instanceof InvertedResidual block && block.residual())
                .count())
        .isEqualTo(sums);
  }

  @Test
  void hasTheShapesOfKerasMobileNetV2() {
    // Given channels and side of what each layer of Keras's network gives for 224 x 224
    int[][] expected = {
      {32, 112}, {16, 112}, {24, 56}, {24, 56}, {32, 28}, {32, 28}, {32, 28}, {64, 14}, {64, 14},
      {64, 14}, {64, 14}, {96, 14}, {96, 14}, {96, 14}, {160, 7}, {160, 7}, {160, 7}, {320, 7},
      {1280, 7}
    };
    // Then
    assertThat(shapes(Architecture.of(NetworkKind.MOBILENET_V2), 224)).isDeepEqualTo(expected);
  }

  @Test
  void hasTheShapesOfKerasEfficientNetB0() {
    // Given stem, blocks 1a, 2a to 2b, 3a to 3b, 4a to 4c, 5a to 5c, 6a to 6d, 7a, top
    int[][] expected = {
      {32, 112}, {16, 112}, {24, 56}, {24, 56}, {40, 28}, {40, 28}, {80, 14}, {80, 14}, {80, 14},
      {112, 14}, {112, 14}, {112, 14}, {192, 7}, {192, 7}, {192, 7}, {192, 7}, {320, 7}, {1280, 7}
    };
    // Then
    assertThat(shapes(Architecture.of(NetworkKind.EFFICIENTNET_B0), 224)).isDeepEqualTo(expected);
  }

  @Test
  void hasTheShapesOfKerasEfficientNetB3() {
    // Given stem, blocks 1a to 1b, 2a to 2c, 3a to 3c, 4a to 4e, 5a to 5e, 6a to 6f, 7a to 7b, top
    int[][] expected = {
      {40, 112}, {24, 112}, {24, 112}, {32, 56}, {32, 56}, {32, 56}, {48, 28}, {48, 28}, {48, 28},
      {96, 14}, {96, 14}, {96, 14}, {96, 14}, {96, 14}, {136, 14}, {136, 14}, {136, 14}, {136, 14},
      {136, 14}, {232, 7}, {232, 7}, {232, 7}, {232, 7}, {232, 7}, {232, 7}, {384, 7}, {384, 7},
      {1536, 7}
    };
    // Then
    assertThat(shapes(Architecture.of(NetworkKind.EFFICIENTNET_B3), 224)).isDeepEqualTo(expected);
  }

  private static int[][] shapes(Architecture architecture, int inputSide) {
    int side = inputSide;
    List<int[]> shapes = new ArrayList<>();
    for (Layer layer : architecture.layers()) {
      side = layer.outputSide(side);
      shapes.add(new int[] {layer.outputChannels(), side});
    }
    return shapes.toArray(int[][]::new);
  }

  @ParameterizedTest
  @CsvSource({
    // Numbers between the matrices: a quarter of the channels that enter the block
    "EFFICIENTNET_B0, 8 4 6 6 10 10 20 20 20 28 28 28 48 48 48 80",
    "EFFICIENTNET_B3,10 6 6 8 8 8 12 12 12 24 24 24 24 24 34 34 34 34 34 58 58 58 58 58 58 96"
  })
  void squeezesToAQuarterOfABlocksInput(NetworkKind kind, String expected) {
    List<String> squeezed = new ArrayList<>();
    for (Layer layer : Architecture.of(kind).layers()) {
      if (layer instanceof InvertedResidual block && block.squeeze() != null) {
        squeezed.add(Integer.toString(block.squeeze().squeezed()));
        assertThat(block.squeeze().channels()).isEqualTo(block.depthwise().outputChannels());
      }
    }
    if (kind == NetworkKind.EFFICIENTNET_B0) {
      assertThat(String.join(" ", squeezed))
          .isEqualTo("8 4 6 6 10 10 20 20 20 28 28 28 48 48 48 48");
    } else {
      assertThat(String.join(" ", squeezed)).isEqualTo(expected);
    }
  }

  @Test
  void filtersWithTheKernelsOfThePaper() {
    assertThat(
            Architecture.of(NetworkKind.EFFICIENTNET_B0).layers().stream()
                .filter(layer -> layer instanceof InvertedResidual)
                .map(layer -> ((InvertedResidual) layer).depthwise().kernel()))
        .containsExactly(3, 3, 3, 5, 5, 3, 3, 3, 5, 5, 5, 5, 5, 5, 5, 3);
  }

  @ParameterizedTest
  @EnumSource
  void usesKerasEpsilonAndNoNameTwice(NetworkKind kind) {
    Architecture architecture = Architecture.of(kind);
    List<String> names =
        new Network(architecture, 136, Regularisation.NONE)
            .tensors().stream().map(TensorSpec::name).toList();
    assertThat(architecture.batchNormEpsilon()).isEqualTo(1e-3f);
    assertThat(new HashSet<>(names)).hasSameSizeAs(names);
  }

  @ParameterizedTest
  @CsvSource({"3, 224, 0, 1", "3, 7, 1, 1", "5, 224, 1, 2", "5, 7, 2, 2"})
  void padsAnEvenSideMoreBelowAndToTheRight(int kernel, int side, int before, int after) {
    // Given Keras's correct_pad: ((k/2 - 1, k/2), ...) for even sides, ((k/2, k/2), ...) for odd
    ConvolutionLayer layer = new ConvolutionLayer("a", 8, 8, kernel, 2, 8, Activation.NONE);
    // Then
    assertThat(layer.paddingBefore(side)).isEqualTo(before);
    assertThat(layer.paddingAfter(side)).isEqualTo(after);
  }
}
