package dev.facealign.trainer.network;

import ai.djl.ndarray.types.Shape;

/**
 * A tensor that a network needs.
 *
 * @param name unique within the network
 * @param shape sides
 * @param role what it is for
 */
public record TensorSpec(String name, Shape shape, Role role) {

  /** What a tensor is for. */
  public enum Role {
    /** Kernel of a convolution, or matrix of a layer within the trunk: learnt. */
    KERNEL(true),
    /** Offset of a layer within the trunk: learnt. */
    BIAS(true),
    /** A batch normalisation's factor: learnt. */
    GAMMA(true),
    /** A batch normalisation's offset: learnt. */
    BETA(true),
    /** A batch normalisation's running mean: observed. */
    MEAN(false),
    /** A batch normalisation's running variance: observed. */
    VARIANCE(false),
    /** The linear layer's matrix: learnt. */
    HEAD_KERNEL(true),
    /** The linear layer's offset: learnt. */
    HEAD_BIAS(true),
    /** The certainty head's matrix: learnt. */
    CERTAINTY_KERNEL(true),
    /** The certainty head's offset: learnt. */
    CERTAINTY_BIAS(true);

    private final boolean learnt;

    Role(boolean learnt) {
      this.learnt = learnt;
    }

    /** Whether the optimiser changes it; otherwise forward passes in training do. */
    public boolean learnt() {
      return learnt;
    }

    /** Whether weight decay draws it to zero: matrices and kernels only. */
    public boolean decays() {
      return this == KERNEL || this == HEAD_KERNEL || this == CERTAINTY_KERNEL;
    }

    /** Whether it is the certainty head's, which no landmark depends on. */
    public boolean ofCertainty() {
      return this == CERTAINTY_KERNEL || this == CERTAINTY_BIAS;
    }
  }
}
