package dev.facealign.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.catalog.DatasetSelection;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.v1.AugmentationSettings;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.OptimiserSettings;
import dev.facealign.v1.RateSchedule;
import dev.facealign.v1.TrainingJob;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingJobContractTest {
  private static final TrainingJob SMALLEST =
      TrainingJob.newBuilder()
          .setDataset(DatasetRef.newBuilder().setName("300w"))
          .setShapeModel("0123abcd")
          .build();

  /** What the job's dataset turns out to be. */
  private static final FaceDataset READ =
      new FaceDataset("300w", "train", DatasetFormat.W300, LandmarkScheme.IBUG_68, List.of(), 0);

  @Test
  void whatOnlyTheDatasetTellsIsFilledInWhenItIsRead() {
    // Given
    TrainingSettings asked = TrainingJobContract.settings(SMALLEST, "j");

    // When
    TrainingSettings resolved =
        asked.resolved(
            READ, "version", new FaceCropping(CropPolicy.STRETCH_V1, BoxSource.GIVEN), null);

    // Then: a recorded job says what it was
    assertThat(asked.dataset().schemeId()).isEmpty();
    assertThat(TrainingJobContract.job(resolved).getDataset())
        .isEqualTo(
            DatasetRef.newBuilder()
                .setName("300w")
                .setSplit("train")
                .setFormat(dev.facealign.v1.DatasetFormat.DATASET_FORMAT_300W)
                .setScheme("68")
                .build());
    assertThat(resolved.shapeModel()).isEqualTo("version");
    assertThat(resolved.boxes()).isEqualTo(BoxSource.GIVEN);
    assertThat(resolved.modelName()).isEqualTo("mobilenet-v2-68");
    assertThat(TrainingJobContract.settings(TrainingJobContract.job(resolved), "other"))
        .isEqualTo(resolved);
  }

  @Test
  void aJobNeedsOnlyADatasetAndAShapeModel() {
    // When
    TrainingSettings settings = TrainingJobContract.settings(SMALLEST, "job-0-7");

    // Then
    assertThat(settings.jobId()).isEqualTo("job-0-7");
    assertThat(settings.dataset()).isEqualTo(DatasetSelection.of("300w", "train"));
    assertThat(settings.epochs()).isEqualTo(150);
    assertThat(settings.inputSizePx()).isEqualTo(224);
    assertThat(settings.modelName()).isNull();
    assertThat(settings.loss()).isInstanceOf(AcrLossSpec.class);
    assertThat(((AcrLossSpec) settings.loss()).lambda()).isEqualTo(1);
    assertThat(((AcrLossSpec) settings.loss()).coordinateScale()).isEqualTo(30);
  }

  @Test
  void aJobWithItsDefaultsFilledInReadsAsTheSame() {
    // Given
    TrainingSettings settings = TrainingJobContract.settings(SMALLEST, "job-0-7");

    // When
    TrainingJob filled = TrainingJobContract.job(settings);

    // Then
    assertThat(TrainingJobContract.settings(filled, "another")).isEqualTo(settings);
    assertThat(TrainingJobContract.job(TrainingJobContract.settings(filled, "another")))
        .isEqualTo(filled);
  }

  @Test
  void thePublishedScheduleIsTheDefault() {
    // Given
    AcrLossSpec loss = (AcrLossSpec) TrainingJobContract.settings(SMALLEST, "j").loss();

    // Then
    assertThat(loss.stageAt(0, 151).components())
        .isEqualTo(new ComponentPolicy.VarianceShare(0.80));
    assertThat(loss.stageAt(15, 151).components())
        .isEqualTo(new ComponentPolicy.VarianceShare(0.80));
    assertThat(loss.stageAt(16, 151).components())
        .isEqualTo(new ComponentPolicy.VarianceShare(0.85));
    assertThat(loss.stageAt(70, 151).components())
        .isEqualTo(new ComponentPolicy.VarianceShare(0.90));
    assertThat(loss.stageAt(150, 151).components())
        .isEqualTo(new ComponentPolicy.VarianceShare(0.97));
  }

  @ParameterizedTest
  @CsvSource({
    "NETWORK_MOBILENET_V2, mobilenet-v2-68, 0.1, 0",
    "NETWORK_EFFICIENTNET_B0, efficientnet-b0-68, 0.5, 0.2",
    "NETWORK_EFFICIENTNET_B3, efficientnet-b3-68, 0.5, 0.2"
  })
  void eachNetworkHasItsOwnDefaults(
      Network network, String name, double dropout, double dropConnect) {
    // When
    TrainingSettings settings =
        TrainingJobContract.settings(job().setNetwork(network).build(), "j");

    // Then
    assertThat(
            settings.resolved(READ, null, FaceCropping.of(CropPolicy.SQUARE_V1), null).modelName())
        .isEqualTo(name);
    assertThat(settings.dropout()).isEqualTo(dropout);
    assertThat(settings.dropConnect()).isEqualTo(dropConnect);
    assertThat(settings.batchNormMomentum()).isEqualTo(0.9);
    assertThat(TrainingJobContract.job(settings).getNetwork()).isEqualTo(network);
  }

  @Test
  void l2NeedsNoShapeModel() {
    // Given
    TrainingJob job =
        SMALLEST.toBuilder()
            .clearShapeModel()
            .setLoss(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_L2))
            .build();

    // Then
    assertThat(TrainingJobContract.settings(job, "j").loss()).isEqualTo(new L2LossSpec(30));
  }

  @Test
  void baselinesAreChoicesOfTheirOwn() {
    assertThat(lossOf(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_L1)))
        .isEqualTo(new L1LossSpec(30));
    assertThat(lossOf(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_SMOOTH_L1)))
        .isEqualTo(new SmoothL1LossSpec(1, 224));
    assertThat(lossOf(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_WING)))
        .isEqualTo(new WingLossSpec(10, 2, 224));
    assertThat(
            lossOf(
                LossSettings.newBuilder()
                    .setKind(LossKind.LOSS_KIND_WING)
                    .setWingWidth(5)
                    .setWingEpsilon(0.5)
                    .setCoordinateScale(1)))
        .isEqualTo(new WingLossSpec(5, 0.5, 1));
  }

  private static LossSpec lossOf(LossSettings.Builder loss) {
    LossSpec read =
        TrainingJobContract.settings(job().clearShapeModel().setLoss(loss).build(), "j").loss();
    // Filled in and read again, it is the same
    TrainingJob filled =
        TrainingJobContract.job(
            TrainingJobContract.settings(job().clearShapeModel().setLoss(loss).build(), "j"));
    assertThat(TrainingJobContract.settings(filled, "j").loss()).isEqualTo(read);
    return read;
  }

  @Test
  void theInputGrowsInStages() {
    // Given
    TrainingJob job =
        job()
            .setEpochs(10)
            .addInputSizeStages(stage(0, 96))
            .addInputSizeStages(stage(0.25, 160))
            .addInputSizeStages(stage(0.9, 224))
            .build();

    // When
    TrainingSettings settings = TrainingJobContract.settings(job, "j");

    // Then
    assertThat(settings.inputSizeAt(0)).isEqualTo(96);
    assertThat(settings.inputSizeAt(2)).isEqualTo(96);
    assertThat(settings.inputSizeAt(3)).isEqualTo(160);
    assertThat(settings.inputSizeAt(8)).isEqualTo(160);
    assertThat(settings.inputSizeAt(9)).isEqualTo(224);
    assertThat(TrainingJobContract.settings(TrainingJobContract.job(settings), "j"))
        .isEqualTo(settings);
    assertThat(TrainingJobContract.settings(SMALLEST, "j").inputSizeStages())
        .containsExactly(new InputSizeStage(0, 224));
  }

  private static dev.facealign.v1.InputSizeStage stage(double from, int size) {
    return dev.facealign.v1.InputSizeStage.newBuilder().setFrom(from).setSizePx(size).build();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refused(job().clearDataset(), "dataset.name"),
        refused(
            job().setDataset(DatasetRef.newBuilder().setName("../secret")),
            "dataset.name: ../secret"),
        refused(
            job().setDataset(DatasetRef.newBuilder().setName("a").setSplit("../b")),
            "dataset.split: ../b"),
        refused(job().setJobId("a/b"), "job_id: a/b"),
        refused(job().clearShapeModel(), "shape_model"),
        refused(loss().setLambda(-1), "loss.lambda: -1.0 (expected: > 0"),
        refused(loss().setLambda(0), "loss.lambda: 0.0 (expected: > 0"),
        refused(loss().setLambda(Double.NaN), "loss.lambda: NaN (expected: > 0"),
        refused(
            loss().setCoordinateScale(Double.POSITIVE_INFINITY), "loss.coordinate_scale: Infinity"),
        refused(loss().setKindValue(77), "loss.kind: 77"),
        refused(job().setEpochs(0), "epochs: 0 (expected: 1 to 10000)"),
        refused(job().setEpochs(1_000_000_000), "epochs: 1000000000 (expected: 1 to 10000)"),
        refused(job().setInputSizePx(100), "input_size_px: 100 (expected: a multiple of 16)"),
        refused(job().setBatchSize(-3), "batch_size: -3"),
        refused(job().setValidationShare(0.9), "validation_share: 0.9"),
        refused(job().setDropout(1), "dropout: 1.0"),
        refused(job().addInputSizeStages(stage(0.1, 96)), "input_size_stages[0].from: 0.1"),
        refused(job().addInputSizeStages(stage(0, 96)), "input_size_stages[0].size_px: 96"),
        refused(
            job().addInputSizeStages(stage(0, 100)).addInputSizeStages(stage(0.5, 224)),
            "input_size_stages[0].size_px: 100 (expected: a multiple of 16)"),
        refused(
            job().addInputSizeStages(stage(0, 224)).addInputSizeStages(stage(0.5, 224)),
            "input_size_stages[1].size_px: 224"),
        refused(
            job().addInputSizeStages(stage(0, 96)).addInputSizeStages(stage(0, 224)),
            "input_size_stages[1].from: 0.0"),
        refused(
            job().setEpochs(2).addInputSizeStages(stage(0, 96)).addInputSizeStages(stage(0.6, 224)),
            "input_size_stages[1].from: 0.6"),
        refused(
            loss().setKind(LossKind.LOSS_KIND_WING).setWingEpsilon(0), "loss.wing_epsilon: 0.0"),
        refused(
            loss().setKind(LossKind.LOSS_KIND_SMOOTH_L1).setSmoothL1Beta(Double.NaN),
            "loss.smooth_l1_beta: NaN"),
        refused(job().setDropConnect(-0.1), "drop_connect: -0.1"),
        refused(job().setBatchNormMomentum(1), "batch_norm_momentum: 1.0"),
        refused(job().setNetworkValue(99), "network: 99"),
        refused(
            job().setOptimiser(OptimiserSettings.newBuilder().setLearningRate(0)),
            "optimiser.learning_rate: 0.0"),
        refused(
            job()
                .setOptimiser(
                    OptimiserSettings.newBuilder()
                        .setSchedule(RateSchedule.RATE_SCHEDULE_STEP)
                        .addStepAt(0.5)
                        .addStepAt(0.5)),
            "optimiser.step_at[1]: 0.5"),
        refused(
            job()
                .setOptimiser(
                    OptimiserSettings.newBuilder()
                        .setSchedule(RateSchedule.RATE_SCHEDULE_STEP)
                        .setStepFactor(1)),
            "optimiser.step_factor: 1.0"),
        refused(
            job().setOptimiser(OptimiserSettings.newBuilder().setScheduleValue(9)),
            "optimiser.schedule: 9"),
        refused(
            job().setAugmentation(AugmentationSettings.newBuilder().setFlipProbability(1.5)),
            "augmentation.flip_probability: 1.5"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("refused")
  void aValueOutsideItsRangeIsRefusedByName(TrainingJob job, String message) {
    assertThatThrownBy(() -> TrainingJobContract.settings(job, "j"))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("(expected: ");
  }

  private static TrainingJob.Builder job() {
    return SMALLEST.toBuilder();
  }

  private static LossSettings.Builder loss() {
    return LossSettings.newBuilder();
  }

  private static Arguments refused(TrainingJob.Builder job, String message) {
    return Arguments.of(job.build(), message);
  }

  private static Arguments refused(LossSettings.Builder loss, String message) {
    return Arguments.of(job().setLoss(loss).build(), message);
  }
}
