package dev.facealign.pca;

import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.catalog.DatasetSelection;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.ShapeModelContract;
import dev.facealign.shape.ShapeAlignment;
import dev.facealign.v1.FitShapeModelRequest;

/** What to fit, defaults filled in. */
record FitSettings(DatasetSelection dataset, FaceCropping cropping, ShapeAlignment alignment) {

  private static final String DEFAULT_SPLIT = "train";

  /** A request's settings; refused by the field's name where one is wrong. */
  static FitSettings of(FitShapeModelRequest request) {
    return new FitSettings(
        Contracts.selection(Contracts.dataset(request.getDataset(), DEFAULT_SPLIT)),
        new FaceCropping(
            Contracts.cropPolicy(request.getCropPolicyValue()),
            Contracts.boxSource(request.getBoxSourceValue(), request.getBoxJitter())),
        ShapeModelContract.alignment(request.getAlignmentValue()));
  }

  /** For the log. */
  String description() {
    return "dataset=%s split=%s crop=%s boxes=%s alignment=%s"
        .formatted(
            dataset.name(),
            dataset.split(),
            cropping.policy(),
            Contracts.toProto(cropping.boxes()),
            alignment);
  }
}
