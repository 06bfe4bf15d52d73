package dev.facealign.trainer.network;

import java.util.List;

/** One step of an {@link Architecture}'s trunk. */
public sealed interface Layer permits ConvolutionLayer, InvertedResidual {

  /** Channels that come out. */
  int outputChannels();

  /** Side of what comes out for a square input of a side, both in pixels. */
  int outputSide(int inputSide);

  /** Its convolutions with batch normalisation, in the order of computing. */
  List<ConvolutionLayer> convolutions();

  /** The tensors it needs, in the order of computing. */
  List<TensorSpec> tensors();
}
