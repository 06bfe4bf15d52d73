package dev.facealign.trainer.network;

/** What follows a convolution. */
public enum Activation {
  /** Nothing. */
  NONE,
  /** min(max(x, 0), 6). */
  RELU6,
  /** x / (1 + exp(-x)). */
  SWISH
}
