package dev.facealign.evaluation;

import dev.facealign.crop.BoxSource;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EvaluateRequest;
import java.util.Optional;

/**
 * What to measure, defaults filled in.
 *
 * @param dataset with its split
 * @param model alias, version, prefix or name
 * @param boxes which box is sent with a face; empty where the service's detector finds it
 * @param promoteIfBetter whether a better model becomes champion
 */
record EvaluationSettings(
    DatasetRef dataset, String model, Optional<BoxSource> boxes, boolean promoteIfBetter) {

  private static final String DEFAULT_SPLIT = "test";

  /** A request's settings; refused by the field's name where one is wrong. */
  static EvaluationSettings of(EvaluateRequest request) {
    String model = request.getModel().isEmpty() ? InferenceService.CHAMPION : request.getModel();
    return new EvaluationSettings(
        Contracts.dataset(request.getDataset(), DEFAULT_SPLIT),
        model,
        boxes(request),
        request.getPromoteIfBetter());
  }

  private static Optional<BoxSource> boxes(EvaluateRequest request) {
    if (request.getBoxSource() == dev.facealign.v1.BoxSource.BOX_SOURCE_DETECTOR) {
      return Optional.empty();
    }
    return Optional.of(Contracts.boxSource(request.getBoxSourceValue(), request.getBoxJitter()));
  }
}
