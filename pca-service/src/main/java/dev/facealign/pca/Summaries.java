package dev.facealign.pca;

import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.StoredShapeModel;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.shape.ShapeModel;
import dev.facealign.v1.ShapeModelSummary;

/** Shape models without their numbers. */
final class Summaries {

  private static final double[] VARIANCE_SHARES = {0.80, 0.85, 0.90, 0.95, 0.97};

  private Summaries() {}

  static ShapeModelSummary of(StoredShapeModel stored) {
    ShapeModel model = stored.model();
    ShapeModelSummary.Builder summary =
        ShapeModelSummary.newBuilder()
            .setVersion(stored.version())
            .setScheme(model.scheme().id())
            .setLandmarkCount(model.landmarkCount())
            .setCropPolicy(Contracts.toProto(model.cropPolicy()))
            .setAlignment(stored.message().getAlignment())
            .setBoxSource(stored.message().getBoxSource())
            .setDataset(stored.message().getDataset())
            .setComponents(model.componentCount())
            .setCreatedAt(Contracts.toProto(stored.publishedAt()));
    if (stored.message().hasBoxJitter()) {
      summary.setBoxJitter(stored.message().getBoxJitter());
    }
    for (double share : VARIANCE_SHARES) {
      summary.addComponentsByVariance(model.components(new ComponentPolicy.VarianceShare(share)));
    }
    return summary.build();
  }
}
