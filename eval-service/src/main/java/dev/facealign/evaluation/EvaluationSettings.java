package dev.facealign.evaluation;

import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EvaluateRequest;

/**
 * What to measure, defaults filled in.
 *
 * @param dataset all fields set
 * @param model alias, version, prefix or name
 * @param boxSource ground truth or detector
 * @param promoteIfBetter whether a better model becomes champion
 */
record EvaluationSettings(
    DatasetRef dataset, String model, BoxSource boxSource, boolean promoteIfBetter) {

  private static final String DEFAULT_SPLIT = "test";

  /** A request's settings; refused by the field's name where one is wrong. */
  static EvaluationSettings of(EvaluateRequest request) {
    String model = request.getModel().isEmpty() ? InferenceService.CHAMPION : request.getModel();
    return new EvaluationSettings(
        Contracts.dataset(request.getDataset(), DEFAULT_SPLIT),
        model,
        boxSource(request.getBoxSourceValue()),
        request.getPromoteIfBetter());
  }

  private static BoxSource boxSource(int number) {
    BoxSource known = BoxSource.forNumber(number);
    if (known == null) {
      throw Contracts.unknownEnum("box_source", number, BoxSource.values());
    }
    return known == BoxSource.BOX_SOURCE_UNSPECIFIED ? BoxSource.BOX_SOURCE_GROUND_TRUTH : known;
  }
}
