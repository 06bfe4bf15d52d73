package dev.facealign.evaluation.comparison;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * When a model is better than the champion: {@code facealign.evaluation.promotion.*}.
 *
 * @param probability of being better that is asked for, 0.5 to below 1: share of the resamples of
 *     the faces in which its mean error is lower. 0.5: a lower mean will do
 * @param dataset name of the benchmark that decides; empty: whatever an evaluation measures
 * @param split of that dataset; empty: any
 */
@ConfigurationProperties("facealign.evaluation.promotion")
record PromotionSettings(
    @Bindable(defaultValue = "0.95") double probability,
    @Bindable(defaultValue = "") String dataset,
    @Bindable(defaultValue = "") String split) {
  private static final String PREFIX = "facealign.evaluation.promotion.";

  PromotionSettings {
    if (!(probability >= 0.5 && probability < 1)) {
      throw FaultException.invalid(PREFIX + "probability", probability, "0.5 to below 1");
    }
    if (dataset.isEmpty() && !split.isEmpty()) {
      throw FaultException.invalid(PREFIX + "split", split, "nothing, without a dataset");
    }
  }

  /** Whether measurements of this dataset and split decide. */
  boolean decidedBy(String measuredDataset, String measuredSplit) {
    return dataset.isEmpty()
        || (dataset.equals(measuredDataset) && (split.isEmpty() || split.equals(measuredSplit)));
  }

  /** The benchmark in words. */
  String benchmark() {
    return split.isEmpty() ? dataset : dataset + " " + split;
  }
}
