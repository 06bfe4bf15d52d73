package dev.facealign.cli.training;

import dev.facealign.cli.client.DatasetArgument;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.shape.ShapeModelWords;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.Network;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.TrainingJob;
import java.util.List;

/** What a user need not name in full: a dataset's folder, the shape model, and the start. */
public final class OpenInputs {
  private OpenInputs() {}

  /**
   * A job with its dataset's name, the version of the model it begins with, whose network it takes
   * where it names none, and, where one is needed and none is named, the newest shape model of its
   * faces.
   *
   * @param losses all losses it is to be trained with
   * @throws CommandFailure when the dataset or a shape model is missing
   */
  public static TrainingJob fill(
      TrainingJob asked,
      List<LossSettings> losses,
      SuiteConnection connection,
      Invocation invocation) {
    TrainingJob.Builder job = asked.toBuilder();
    job.getDatasetBuilder()
        .setName(DatasetArgument.resolve(asked.getDataset().getName(), connection, invocation));
    if (!asked.getStartModel().isEmpty()) {
      begin(job, connection);
    }
    boolean open =
        losses.stream()
            .anyMatch(loss -> ShapeModelChoice.isOpen(asked.toBuilder().setLoss(loss).build()));
    if (open) {
      ShapeModelSummary newest =
          ShapeModelChoice.newest(
              job.build(),
              connection
                  .ask(
                      SuiteService.PCA,
                      () ->
                          connection
                              .shapeModels()
                              .listShapeModels(ListShapeModelsRequest.getDefaultInstance()))
                  .getShapeModelsList());
      invocation.console().say(describe(newest));
      job.setShapeModel(newest.getVersion());
    }
    return job.build();
  }

  private static void begin(TrainingJob.Builder job, SuiteConnection connection) {
    GetModelRequest request = GetModelRequest.newBuilder().setModel(job.getStartModel()).build();
    ModelManifest start =
        connection
            .ask(SuiteService.INFERENCE, () -> connection.models().getModel(request))
            .getManifest();
    job.setStartModel(start.getVersion());
    if (job.getNetwork() == Network.NETWORK_UNSPECIFIED) {
      job.setNetwork(start.getNetwork());
    }
  }

  /** The job takes its cropping from a shape model that nobody named: it is told. */
  private static String describe(ShapeModelSummary model) {
    return "shape model "
        + Figures.version(model.getVersion())
        + ", the newest of this dataset: "
        + ShapeModelWords.crop(model.getCropPolicy())
        + " crop, boxes: "
        + ShapeModelWords.boxes(model.getBoxSource(), model.getBoxJitter())
        + ", alignment: "
        + ShapeModelWords.alignment(model.getAlignment())
        + " (another: --shape-model)";
  }
}
