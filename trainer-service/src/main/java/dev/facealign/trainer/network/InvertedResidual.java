package dev.facealign.trainer.network;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An inverted residual: widen (1 x 1), filter each channel (depthwise), weigh the channels, narrow
 * (1 x 1, linear); the input is added where the shapes agree.
 *
 * @param expand null where nothing is widened
 * @param depthwise the channelwise filter
 * @param squeeze null where channels are not weighed
 * @param project the narrowing convolution
 * @param residual whether the input is added to the output
 */
public record InvertedResidual(
    @Nullable ConvolutionLayer expand,
    ConvolutionLayer depthwise,
    @Nullable SqueezeExcitation squeeze,
    ConvolutionLayer project,
    boolean residual)
    implements Layer {

  @Override
  public int outputChannels() {
    return project.outputChannels();
  }

  @Override
  public int outputSide(int inputSide) {
    return depthwise.outputSide(inputSide);
  }

  @Override
  public List<ConvolutionLayer> convolutions() {
    List<ConvolutionLayer> all = new ArrayList<>();
    if (expand != null) {
      all.add(expand);
    }
    all.add(depthwise);
    all.add(project);
    return List.copyOf(all);
  }

  @Override
  public List<TensorSpec> tensors() {
    List<TensorSpec> all = new ArrayList<>();
    if (expand != null) {
      all.addAll(expand.tensors());
    }
    all.addAll(depthwise.tensors());
    if (squeeze != null) {
      all.addAll(squeeze.tensors());
    }
    all.addAll(project.tensors());
    return List.copyOf(all);
  }
}
