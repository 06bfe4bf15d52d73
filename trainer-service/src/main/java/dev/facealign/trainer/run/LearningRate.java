package dev.facealign.trainer.run;

import dev.facealign.trainer.job.OptimiserSpec;
import dev.facealign.trainer.job.OptimiserSpec.Cosine;
import dev.facealign.trainer.job.OptimiserSpec.RateSchedule;
import dev.facealign.trainer.job.OptimiserSpec.Step;
import dev.facealign.trainer.job.RunShare;

/**
 * The learning rate of each step: rises in a line to its peak, then falls to zero along half a
 * cosine, falls in steps, or stays.
 *
 * @param spec peak, share of the rise, kind of fall
 * @param steps steps of the run
 */
record LearningRate(OptimiserSpec spec, long steps) {

  /**
   * The rate of a step.
   *
   * @param step from 0
   */
  double at(long step) {
    long rise = Math.round(spec.warmupShare() * steps);
    if (step < rise) {
      return spec.learningRate() * (step + 1) / rise;
    }
    RateSchedule schedule = spec.schedule();
    if (schedule instanceof Step falls) {
      double rate = spec.learningRate();
      for (double share : falls.at()) {
        if (step >= RunShare.first(share, steps)) {
          rate *= falls.factor();
        }
      }
      return rate;
    }
    if (schedule instanceof Cosine) {
      return spec.learningRate()
          * (0.5 + 0.5 * Math.cos(Math.PI * (step - rise) / Math.max(1, steps - rise)));
    }
    return spec.learningRate();
  }
}
