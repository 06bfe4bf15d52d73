package dev.facealign.trainer.keras;

import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.ConvolutionLayer;
import dev.facealign.trainer.network.InvertedResidual;
import dev.facealign.trainer.network.Layer;
import dev.facealign.trainer.network.SqueezeExcitation;
import java.util.ArrayList;
import java.util.List;

/**
 * What Keras calls the layers of a network's trunk. The linear layer is not among them: whoever
 * built on Keras's trunk named it as they liked.
 */
final class KerasLayers {

  /**
   * A convolution and its batch normalisation.
   *
   * @param convolution the layer here
   * @param convolutionName Keras's name of the convolution
   * @param normalisationName Keras's name of the batch normalisation
   */
  record Convolution(
      ConvolutionLayer convolution, String convolutionName, String normalisationName) {}

  /**
   * The two convolutions of 1 x 1 that weigh channels.
   *
   * @param squeeze the layer here
   * @param reduceName Keras's name of the first
   * @param expandName Keras's name of the second
   */
  record Squeeze(SqueezeExcitation squeeze, String reduceName, String expandName) {}

  private final List<Convolution> convolutions = new ArrayList<>();
  private final List<Squeeze> squeezes = new ArrayList<>();

  private KerasLayers() {}

  /** Keras's names for an architecture. */
  static KerasLayers of(NetworkKind kind) {
    KerasLayers layers = new KerasLayers();
    switch (kind) {
      case MOBILENET_V2 -> layers.mobileNetV2(Architecture.of(kind));
      case EFFICIENTNET_B0, EFFICIENTNET_B3 -> layers.efficientNet(Architecture.of(kind));
    }
    return layers;
  }

  List<Convolution> convolutions() {
    return convolutions;
  }

  List<Squeeze> squeezes() {
    return squeezes;
  }

  private void mobileNetV2(Architecture architecture) {
    int block = 0;
    for (Layer layer : architecture.layers()) {
      if (layer instanceof InvertedResidual residual) {
        String name = block == 0 ? "expanded_conv_" : "block_" + block + "_";
        if (residual.expand() != null) {
          add(residual.expand(), name + "expand", name + "expand_BN");
        }
        add(residual.depthwise(), name + "depthwise", name + "depthwise_BN");
        add(residual.project(), name + "project", name + "project_BN");
        block++;
      } else if (layer instanceof ConvolutionLayer convolution) {
        if (block == 0) {
          add(convolution, "Conv1", "bn_Conv1");
        } else {
          add(convolution, "Conv_1", "Conv_1_bn");
        }
      }
    }
  }

  /**
   * Blocks are counted by group, a letter each: "block2b_". All blocks of a group have its width.
   */
  private void efficientNet(Architecture architecture) {
    int group = 0;
    char letter = 'a';
    int width = 0;
    for (Layer layer : architecture.layers()) {
      if (layer instanceof InvertedResidual residual) {
        if (residual.outputChannels() == width) {
          letter++;
        } else {
          group++;
          letter = 'a';
          width = residual.outputChannels();
        }
        String name = "block" + group + letter + "_";
        if (residual.expand() != null) {
          add(residual.expand(), name + "expand_conv", name + "expand_bn");
        }
        add(residual.depthwise(), name + "dwconv", name + "bn");
        if (residual.squeeze() != null) {
          squeezes.add(new Squeeze(residual.squeeze(), name + "se_reduce", name + "se_expand"));
        }
        add(residual.project(), name + "project_conv", name + "project_bn");
      } else if (layer instanceof ConvolutionLayer convolution) {
        String name = group == 0 ? "stem_" : "top_";
        add(convolution, name + "conv", name + "bn");
      }
    }
  }

  private void add(ConvolutionLayer layer, String convolutionName, String normalisationName) {
    convolutions.add(new Convolution(layer, convolutionName, normalisationName));
  }
}
