package dev.facealign.trainer.job;

import dev.facealign.crop.CropPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A training job, checked and with all defaults filled in. Made by {@link TrainingJobReader}.
 *
 * @param jobId names the job for good
 * @param datasetName name of the dataset
 * @param split faces of the dataset that are trained on
 * @param schemeId landmark scheme
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
 * @param modelName name of the model that comes out
 * @param checkpointEveryEpochs epochs between checkpoints, in [1, 1000]
 * @param dropout dropout before the last layer, in [0, 1)
 * @param dropConnect share of faces for which the last inverted residual gives its input alone, in
 *     [0, 1)
 * @param batchNormMomentum share of its running statistics that a batch normalisation keeps a step,
 *     in [0, 1)
 */
public record TrainingSettings(
    String jobId,
    String datasetName,
    String split,
    String schemeId,
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
    String modelName,
    int checkpointEveryEpochs,
    double dropout,
    double dropConnect,
    double batchNormMomentum) {

  /** These settings with the shape model's whole version and the crop policy that holds. */
  public TrainingSettings resolved(
      @Nullable String shapeModelVersion, @Nullable CropPolicy resolvedCropPolicy) {
    return new TrainingSettings(
        jobId,
        datasetName,
        split,
        schemeId,
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
        resolvedCropPolicy,
        modelName,
        checkpointEveryEpochs,
        dropout,
        dropConnect,
        batchNormMomentum);
  }
}
