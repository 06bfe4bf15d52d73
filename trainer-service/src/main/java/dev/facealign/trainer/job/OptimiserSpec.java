package dev.facealign.trainer.job;

import java.util.List;

/**
 * How weights are changed.
 *
 * @param kind the algorithm
 * @param learningRate peak learning rate, in (0, 1]
 * @param weightDecay AdamW's decoupled decay, in [0, 1]
 * @param warmupShare share of the steps in which the rate rises from 0 to its peak, in [0, 0.5]
 * @param schedule the rate after the warm-up
 * @param gradientClipNorm largest norm of a step's gradient, &gt; 0
 * @param emaDecay decay of the averaged weights, in [0, 1); 0: no averaging
 */
public record OptimiserSpec(
    OptimiserKind kind,
    double learningRate,
    double weightDecay,
    double warmupShare,
    RateSchedule schedule,
    double gradientClipNorm,
    double emaDecay) {

  /** Algorithms. */
  public enum OptimiserKind {
    /** Adam without weight decay. */
    ADAM,
    /** Adam with decoupled weight decay. */
    ADAMW
  }

  /** The learning rate after the warm-up. */
  public sealed interface RateSchedule {}

  /** Falls to zero along half a cosine. */
  public record Cosine() implements RateSchedule {}

  /** Stays. */
  public record Constant() implements RateSchedule {}

  /**
   * Falls in steps.
   *
   * @param at shares of the run's steps at which it falls, ascending, in (0, 1)
   * @param factor what it is multiplied by at each, in (0, 1)
   */
  public record Step(List<Double> at, double factor) implements RateSchedule {
    public Step {
      at = List.copyOf(at);
    }
  }
}
