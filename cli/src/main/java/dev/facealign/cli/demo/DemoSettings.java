package dev.facealign.cli.demo;

import dev.facealign.v1.AcrConstant;
import dev.facealign.v1.AugmentationSettings;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.OptimiserKind;
import dev.facealign.v1.OptimiserSettings;
import dev.facealign.v1.PhiUnit;
import dev.facealign.v1.RateSchedule;
import dev.facealign.v1.TrainingJob;
import org.jspecify.annotations.Nullable;

/**
 * The demo's numbers.
 *
 * @param dataset name among the datasets
 * @param trainSplit faces to fit and train on
 * @param testSplit faces to measure on
 * @param rendering the faces to draw; null where they are the user's
 * @param training what to train; dataset, shape model and id are filled in when they are known
 */
record DemoSettings(
    String dataset,
    String trainSplit,
    String testSplit,
    @Nullable Rendering rendering,
    TrainingJob training) {

  /** Name of the dataset of rendered faces. */
  static final String RENDERED = "rendered-faces";

  /** Faces on the picture sheet. */
  static final int SHEET_FACES = 24;

  /**
   * Faces that the demo draws itself.
   *
   * @param trainFaces for training
   * @param testFaces for measuring
   * @param sizePx side of the pictures
   * @param seed of all faces
   */
  record Rendering(int trainFaces, int testFaces, int sizePx, long seed) {}

  /** Rendered faces: nothing is needed but the project. At most 5 minutes on 2 cores. */
  static DemoSettings rendered() {
    return new DemoSettings(
        RENDERED,
        "train",
        "test",
        new Rendering(1500, 200, 180, 1),
        training("demo-rendered-68", 96, 8));
  }

  /**
   * Few rendered faces, a small network input and little training: shows that everything works, not
   * how well.
   */
  static DemoSettings quick() {
    return new DemoSettings(
        RENDERED,
        "train",
        "test",
        new Rendering(160, 40, 128, 1),
        training("demo-quick-68", 64, 2));
  }

  /** A folder in 300W's layout. At most 8 minutes on 2 cores for 2,000 faces. */
  static DemoSettings photos(String dataset) {
    return new DemoSettings(dataset, "train", "test", null, training("demo-68", 112, 6));
  }

  /** The same with other faces to measure on. */
  DemoSettings withTestSplit(String split) {
    return new DemoSettings(dataset, trainSplit, split, rendering, training);
  }

  private static TrainingJob training(String name, int inputSizePx, int epochs) {
    return TrainingJob.newBuilder()
        .setDataset(DatasetRef.newBuilder().setScheme("68"))
        .setNetwork(Network.NETWORK_MOBILENET_V2)
        .setModelName(name)
        .setInputSizePx(inputSizePx)
        .setEpochs(epochs)
        .setBatchSize(16)
        .setValidationShare(0.1)
        .setSeed(1)
        .setCheckpointEveryEpochs(2)
        .setDropout(0.1)
        .setLoss(
            LossSettings.newBuilder()
                .setKind(LossKind.LOSS_KIND_ACR)
                .setLambda(1)
                .setCoordinateScale(30)
                .setConstant(AcrConstant.ACR_CONSTANT_CONTINUOUS)
                .setPhiUnit(PhiUnit.PHI_UNIT_COORDINATE))
        .setOptimiser(
            OptimiserSettings.newBuilder()
                .setKind(OptimiserKind.OPTIMISER_KIND_ADAMW)
                .setLearningRate(0.001)
                .setWeightDecay(0.0001)
                .setWarmupShare(0.05)
                .setSchedule(RateSchedule.RATE_SCHEDULE_COSINE)
                .setGradientClipNorm(5)
                // A short run has few steps to average over.
                .setEmaDecay(0.99))
        // A short run learns the faces themselves before their variations.
        .setAugmentation(
            AugmentationSettings.newBuilder()
                .setFlipProbability(0.5)
                .setRotationDegrees(15)
                .setScale(0.1)
                .setShift(0.05)
                .setBrightness(0.2)
                .setContrast(0.2)
                .setColour(0.1)
                .setOcclusionProbability(0))
        .build();
  }
}
