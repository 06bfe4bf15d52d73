package dev.facealign.cli.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.cli.TestConsole;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.OptimiserSettings;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.TrainingJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class TrainingJobOptionsTest {
  @TempDir private Path folder = Path.of("");

  @Command
  private static final class Holder {
    @Mixin private TrainingJobOptions options = new TrainingJobOptions();
  }

  private TrainingJob parse(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.options.job(new Invocation(new TestConsole().console(), Map.of(), folder));
  }

  @Test
  void everyOptionGoesToItsField() {
    // When
    TrainingJob job =
        parse(
            "--dataset",
            "300w",
            "--split",
            "lfpw/trainset",
            "--shape-model",
            "abcdef12",
            "--network",
            "efficientnet-b0",
            "--loss",
            "acr",
            "--lambda",
            "2",
            "--coordinate-scale",
            "1",
            "--epochs",
            "3",
            "--batch-size",
            "8",
            "--size",
            "112",
            "--learning-rate",
            "0.01",
            "--seed",
            "0",
            "--name",
            "mine",
            "--job-id",
            "job-1");

    // Then
    assertThat(job)
        .isEqualTo(
            TrainingJob.newBuilder()
                .setDataset(DatasetRef.newBuilder().setName("300w").setSplit("lfpw/trainset"))
                .setShapeModel("abcdef12")
                .setNetwork(Network.NETWORK_EFFICIENTNET_B0)
                .setLoss(
                    LossSettings.newBuilder()
                        .setKind(LossKind.LOSS_KIND_ACR)
                        .setLambda(2)
                        .setCoordinateScale(1))
                .setEpochs(3)
                .setBatchSize(8)
                .setInputSizePx(112)
                .setOptimiser(OptimiserSettings.newBuilder().setLearningRate(0.01))
                .setSeed(0)
                .setModelName("mine")
                .setJobId("job-1")
                .build());
  }

  @Test
  void whatIsNotSaidIsLeftToTheService() {
    // When
    TrainingJob job = parse("--dataset", "300w");

    // Then
    assertThat(job)
        .isEqualTo(
            TrainingJob.newBuilder().setDataset(DatasetRef.newBuilder().setName("300w")).build());
    assertThat(parse("--dataset", "300w", "--seed", "0").hasSeed()).isTrue();
  }

  @Test
  void optionsChangeWhatAFileSays() throws Exception {
    // Given
    Files.writeString(
        folder.resolve("job.json"),
        "{\"dataset\": {\"name\": \"300w\"}, \"epochs\": 5, \"loss\": {\"kind\": \"LOSS_KIND_L2\"}}");

    // When
    TrainingJob job = parse("--job", "job.json", "--epochs", "7");

    // Then
    assertThat(job.getEpochs()).isEqualTo(7);
    assertThat(job.getDataset().getName()).isEqualTo("300w");
    assertThat(job.getLoss().getKind()).isEqualTo(LossKind.LOSS_KIND_L2);
  }

  @Test
  void aFileThatIsNoJobIsRefused() throws Exception {
    // Given
    Files.writeString(folder.resolve("job.json"), "{\"epoch\": 5}");

    // When, Then
    assertThatThrownBy(() -> parse("--job", "job.json"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("job.json")
        .hasMessageContaining("epoch")
        .hasMessageContaining("(expected: a TrainingJob as proto3 JSON)");
  }

  @Test
  void aJobNeedsADataset() {
    assertThatThrownBy(() -> parse("--epochs", "3")).hasMessageStartingWith("--dataset: nothing");
  }

  private static ShapeModelSummary shape(
      String version, String dataset, String split, CropPolicy crop) {
    return ShapeModelSummary.newBuilder()
        .setVersion(version)
        .setCropPolicy(crop)
        .setDataset(
            DatasetFingerprint.newBuilder()
                .setDataset(
                    DatasetRef.newBuilder().setName(dataset).setSplit(split).setScheme("68")))
        .build();
  }

  @Test
  void theNewestShapeModelOfTheSameFacesIsTaken() {
    // Given
    List<ShapeModelSummary> models =
        List.of(
            shape("other-dataset", "cofw", "train", CropPolicy.CROP_POLICY_SQUARE_V1),
            shape("test-faces", "300w", "test", CropPolicy.CROP_POLICY_SQUARE_V1),
            shape("stretched", "300w", "train", CropPolicy.CROP_POLICY_STRETCH_V1),
            shape("square", "300w", "train", CropPolicy.CROP_POLICY_SQUARE_V1));

    // When, Then
    TrainingJob job = parse("--dataset", "300w");
    assertThat(ShapeModelChoice.newest(job, models).getVersion()).isEqualTo("stretched");
    assertThat(
            ShapeModelChoice.newest(
                    job.toBuilder().setCropPolicy(CropPolicy.CROP_POLICY_SQUARE_V1).build(), models)
                .getVersion())
        .isEqualTo("square");
    assertThatThrownBy(() -> ShapeModelChoice.newest(parse("--dataset", "mine"), models))
        .hasMessageContaining("facealign shape fit --dataset mine");
    assertThat(ShapeModelChoice.isOpen(parse("--dataset", "300w", "--loss", "l2"))).isFalse();
  }
}
