package dev.facealign.trainer.network;

/** What follows a convolution's batch normalisation. */
public enum Activation {
  /** Nothing. */
  NONE,
  /** min(max(x, 0), 6). */
  RELU6
}
