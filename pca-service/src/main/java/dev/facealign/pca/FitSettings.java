package dev.facealign.pca;

import dev.facealign.crop.CropPolicy;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.ShapeAlignment;

/**
 * What to fit, defaults filled in.
 *
 * @param dataset all fields set
 */
record FitSettings(DatasetRef dataset, CropPolicy cropPolicy, ShapeAlignment alignment) {

  private static final String DEFAULT_SPLIT = "train";

  /** A request's settings; refused by the field's name where one is wrong. */
  static FitSettings of(FitShapeModelRequest request) {
    return new FitSettings(
        Contracts.dataset(request.getDataset(), DEFAULT_SPLIT),
        Contracts.cropPolicy(request.getCropPolicyValue()),
        Contracts.shapeAlignment(request.getAlignmentValue()));
  }

  /** For the log. */
  String description() {
    return "dataset=%s split=%s crop=%s alignment=%s"
        .formatted(dataset.getName(), dataset.getSplit(), cropPolicy, alignment);
  }
}
