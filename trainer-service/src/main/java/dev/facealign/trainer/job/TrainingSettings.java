package dev.facealign.trainer.job;

import dev.facealign.augment.AugmentationSpec;
import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.catalog.DatasetSelection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A training job, checked and with all defaults filled in. Made by {@link TrainingJobContract}.
 *
 * @param jobId names the job for good
 * @param dataset faces that are trained on
 * @param shapeModel version or prefix of the shape model; null only for losses without phi
 * @param network architecture
 * @param loss loss with its settings
 * @param inputSizePx side of the square input, pixels, a multiple of 16 in [64, 512]
 * @param epochs passes over the training faces, in [1, 10000]
 * @param batchSize faces a step, in [1, 1024]
 * @param optimiser how weights are changed
 * @param augmentation random changes of a training crop
 * @param validationShare share of the faces held out, in [0.01, 0.5]
 * @param seed random seed of weights, order, augmentation and dropout
 * @param cropPolicy null: the shape model's, or {@link CropPolicy#SQUARE_V1} without one
 * @param boxes what crops are taken around; null: the shape model's, or the true points' box
 *     without one
 * @param modelName name of the model that comes out; null: the network's and the scheme's
 * @param checkpointEveryEpochs epochs between checkpoints, in [1, 1000]
 * @param dropout dropout before the last layer, in [0, 1)
 * @param dropConnect share of faces for which the last inverted residual gives its input alone, in
 *     [0, 1)
 * @param batchNormMomentum share of its running statistics that a batch normalisation keeps a step,
 *     in [0, 1)
 * @param inputSizeStages sizes of the input as training goes on, by ascending start and size; the
 *     first starts at 0, the last has {@code inputSizePx}
 * @param certainty whether a second head learns the points' expected errors
 * @param checkpointEverySeconds longest time between checkpoints, seconds, in [1, 86400]
 * @param priority whether it goes ahead of waiting jobs
 * @param sweep the sweep it belongs to; null: none
 * @param continueJob the job whose newest checkpoint it begins with; null: none
 * @param startModel version or prefix of the model whose weights it begins with; null: they are
 *     drawn
 * @param int8 whether an 8-bit network is made of the trained one, too
 */
public record TrainingSettings(
    String jobId,
    DatasetSelection dataset,
    @Nullable String shapeModel,
    NetworkKind network,
    LossSpec loss,
    int inputSizePx,
    int epochs,
    int batchSize,
    OptimiserSpec optimiser,
    AugmentationSpec augmentation,
    double validationShare,
    long seed,
    @Nullable CropPolicy cropPolicy,
    @Nullable BoxSource boxes,
    @Nullable String modelName,
    int checkpointEveryEpochs,
    double dropout,
    double dropConnect,
    double batchNormMomentum,
    List<InputSizeStage> inputSizeStages,
    boolean certainty,
    double checkpointEverySeconds,
    JobPriority priority,
    @Nullable String sweep,
    @Nullable String continueJob,
    @Nullable String startModel,
    boolean int8) {

  public TrainingSettings {
    inputSizeStages = List.copyOf(inputSizeStages);
  }

  /**
   * Side of the network's input in an epoch, pixels.
   *
   * @param epoch epochs done before this one, from 0
   */
  public int inputSizeAt(int epoch) {
    int current = inputSizeStages.get(0).sizePx();
    for (InputSizeStage stage : inputSizeStages) {
      if (RunShare.first(stage.from(), epochs) <= epoch) {
        current = stage.sizePx();
      }
    }
    return current;
  }

  /**
   * These settings with what only the dataset and the shape model tell: the layout, the scheme, the
   * shape model's and the start's whole versions, the cropping that holds and the model's name.
   */
  public TrainingSettings resolved(
      FaceDataset found,
      @Nullable String shapeModelVersion,
      FaceCropping cropping,
      @Nullable String startVersion) {
    return new TrainingSettings(
        jobId,
        new DatasetSelection(
            found.name(), found.split(), found.scheme().id(), Optional.of(found.format())),
        shapeModelVersion,
        network,
        loss,
        inputSizePx,
        epochs,
        batchSize,
        optimiser,
        augmentation,
        validationShare,
        seed,
        cropping.policy(),
        cropping.boxes(),
        modelName == null ? network.id() + "-" + found.scheme().id() : modelName,
        checkpointEveryEpochs,
        dropout,
        dropConnect,
        batchNormMomentum,
        inputSizeStages,
        certainty,
        checkpointEverySeconds,
        priority,
        sweep,
        continueJob,
        startVersion,
        int8);
  }
}
