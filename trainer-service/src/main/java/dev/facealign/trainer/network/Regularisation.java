package dev.facealign.trainer.network;

/**
 * How a network computes in training only.
 *
 * @param dropout share of features dropped before the linear layer, in [0, 1)
 * @param dropConnect share of faces for which the last inverted residual gives its input alone, in
 *     [0, 1); the share falls in a line to none for the first of them (stochastic depth, Huang et
 *     al., ECCV 2016, as EfficientNet has it)
 * @param statisticsKept share of a batch normalisation's running statistics that a step keeps, in
 *     [0, 1)
 */
public record Regularisation(double dropout, double dropConnect, double statisticsKept) {

  /**
   * Keras keeps 0.999 in MobileNetV2 and 0.99 in EfficientNet, but a run of a thousand steps is
   * over before 0.999 has forgotten the start, and the averaged weights smooth the statistics as
   * well.
   */
  public static final double STATISTICS_KEPT = 0.9;

  /** Nothing is dropped. */
  public static final Regularisation NONE = new Regularisation(0, 0, STATISTICS_KEPT);
}
