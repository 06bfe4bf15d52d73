package dev.facealign.trainer.network;

import ai.djl.ndarray.types.Shape;
import dev.facealign.trainer.network.TensorSpec.Role;
import java.util.List;

/**
 * A convolution without bias, batch normalisation, then an activation. Padding is TensorFlow's
 * "same": an input of side n gives ceil(n / stride), and where the rows to be added are odd in
 * number, the surplus one lies below and to the right.
 *
 * @param name unique within the architecture; its tensors' names begin with it
 * @param inputChannels channels that go in
 * @param outputChannels channels that come out
 * @param kernel side of the kernel, odd
 * @param stride 1 or 2
 * @param groups 1, or inputChannels for a depthwise convolution
 * @param activation what follows
 */
public record ConvolutionLayer(
    String name,
    int inputChannels,
    int outputChannels,
    int kernel,
    int stride,
    int groups,
    Activation activation)
    implements Layer {

  @Override
  public int outputSide(int inputSide) {
    return (inputSide + stride - 1) / stride;
  }

  @Override
  public List<ConvolutionLayer> convolutions() {
    return List.of(this);
  }

  /** Rows added above (and columns on the left) of an input of a side. */
  public int paddingBefore(int inputSide) {
    return padding(inputSide) / 2;
  }

  /** Rows added below (and columns on the right) of an input of a side. */
  public int paddingAfter(int inputSide) {
    return padding(inputSide) - padding(inputSide) / 2;
  }

  private int padding(int inputSide) {
    return Math.max(0, (outputSide(inputSide) - 1) * stride + kernel - inputSide);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape channels = new Shape(outputChannels);
    return List.of(
        new TensorSpec(
            kernelName(),
            new Shape(outputChannels, inputChannels / groups, kernel, kernel),
            Role.KERNEL),
        new TensorSpec(gammaName(), channels, Role.GAMMA),
        new TensorSpec(betaName(), channels, Role.BETA),
        new TensorSpec(meanName(), channels, Role.MEAN),
        new TensorSpec(varianceName(), channels, Role.VARIANCE));
  }

  /** Name of the kernel: [outputChannels, inputChannels / groups, kernel, kernel]. */
  public String kernelName() {
    return name + "/kernel";
  }

  /** Name of the batch normalisation's factor: [outputChannels]. */
  public String gammaName() {
    return name + "/gamma";
  }

  /** Name of the batch normalisation's offset: [outputChannels]. */
  public String betaName() {
    return name + "/beta";
  }

  /** Name of the batch normalisation's running mean: [outputChannels]. */
  public String meanName() {
    return name + "/moving_mean";
  }

  /** Name of the batch normalisation's running variance: [outputChannels]. */
  public String varianceName() {
    return name + "/moving_variance";
  }
}
