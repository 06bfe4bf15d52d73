package dev.facealign.trainer.network;

import ai.djl.ndarray.types.Shape;
import dev.facealign.trainer.network.TensorSpec.Role;
import java.util.List;

/**
 * Weighs channels by what all of the picture shows (Hu et al., CVPR 2018): the channels' means go
 * through a matrix and swish, a second matrix and the logistic function; each channel is multiplied
 * by what comes out for it.
 *
 * @param name unique within the architecture; its tensors' names begin with it
 * @param channels channels that are weighed
 * @param squeezed numbers between the two matrices
 */
public record SqueezeExcitation(String name, int channels, int squeezed) {

  /** The tensors it needs, in the order of computing. */
  public List<TensorSpec> tensors() {
    return List.of(
        new TensorSpec(reduceKernelName(), new Shape(squeezed, channels), Role.KERNEL),
        new TensorSpec(reduceBiasName(), new Shape(squeezed), Role.BIAS),
        new TensorSpec(expandKernelName(), new Shape(channels, squeezed), Role.KERNEL),
        new TensorSpec(expandBiasName(), new Shape(channels), Role.BIAS));
  }

  /** Name of the first matrix: [squeezed, channels]. */
  public String reduceKernelName() {
    return name + "/reduce/kernel";
  }

  /** Name of the first matrix's offset: [squeezed]. */
  public String reduceBiasName() {
    return name + "/reduce/bias";
  }

  /** Name of the second matrix: [channels, squeezed]. */
  public String expandKernelName() {
    return name + "/expand/kernel";
  }

  /** Name of the second matrix's offset: [channels]. */
  public String expandBiasName() {
    return name + "/expand/bias";
  }
}
