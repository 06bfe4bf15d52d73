package dev.facealign.cli.training;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.TrainingJob;
import java.util.List;

/** Which shape model a job takes when its user names none. */
final class ShapeModelChoice {
  private ShapeModelChoice() {}

  /** Whether the job needs a shape model and names none. */
  static boolean isOpen(TrainingJob job) {
    return job.getShapeModel().isEmpty() && job.getLoss().getKind() != LossKind.LOSS_KIND_L2;
  }

  /**
   * The newest shape model of the job's dataset, split and, where they are given, scheme, crop
   * policy and boxes. A model of another split is never taken: its faces may be the ones to be
   * measured on.
   *
   * @param newestFirst all shape models
   * @throws CommandFailure naming the command that fits one
   */
  static ShapeModelSummary newest(TrainingJob job, List<ShapeModelSummary> newestFirst) {
    DatasetRef wanted = withSplit(job.getDataset());
    for (ShapeModelSummary model : newestFirst) {
      DatasetRef fitted = withSplit(model.getDataset().getDataset());
      boolean cropFits =
          job.getCropPolicy() == CropPolicy.CROP_POLICY_UNSPECIFIED
              || job.getCropPolicy() == model.getCropPolicy();
      boolean boxesFit =
          job.getBoxSource() == BoxSource.BOX_SOURCE_UNSPECIFIED
              || job.getBoxSource() == model.getBoxSource();
      if (cropFits
          && boxesFit
          && fitted.getName().equals(wanted.getName())
          && fitted.getSplit().equals(wanted.getSplit())
          && (wanted.getScheme().isEmpty() || fitted.getScheme().equals(wanted.getScheme()))) {
        return model;
      }
    }
    throw new CommandFailure(
        "shape model: none of dataset "
            + wanted.getName()
            + ", split "
            + wanted.getSplit()
            + " (expected: one; fit it with `facealign shape fit --dataset "
            + wanted.getName()
            + (wanted.getSplit().equals("train") ? "" : " --split " + wanted.getSplit())
            + "`, or train with --loss l2)");
  }

  private static DatasetRef withSplit(DatasetRef dataset) {
    return dataset.getSplit().isEmpty() ? dataset.toBuilder().setSplit("train").build() : dataset;
  }
}
