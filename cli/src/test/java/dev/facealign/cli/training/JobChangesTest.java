package dev.facealign.cli.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.v1.AugmentationSettings;
import dev.facealign.v1.InputSizeStage;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.OptimiserSettings;
import dev.facealign.v1.TrainingJob;
import org.junit.jupiter.api.Test;

class JobChangesTest {

  private static TrainingJob set(String... assignments) {
    TrainingJob.Builder job = TrainingJob.newBuilder();
    for (String assignment : assignments) {
      JobChanges.set(job, assignment);
    }
    return job.build();
  }

  @Test
  void fieldsOfAllKindsAreSet() {
    // When
    TrainingJob job =
        set(
            "loss.lambda=0.5",
            "loss.kind=l2",
            "network=NETWORK_EFFICIENTNET_B0",
            "epochs=30",
            "seed=7",
            "certainty=false",
            "shapeModel=12345678",
            "optimiser.step_at=[0.5, 0.8]",
            "input_size_stages=[{\"from\": 0, \"sizePx\": 64}]",
            "augmentation={\"gamma\": 1}");

    // Then
    assertThat(job)
        .isEqualTo(
            TrainingJob.newBuilder()
                .setLoss(LossSettings.newBuilder().setLambda(0.5).setKind(LossKind.LOSS_KIND_L2))
                .setNetwork(Network.NETWORK_EFFICIENTNET_B0)
                .setEpochs(30)
                .setSeed(7)
                .setCertainty(false)
                .setShapeModel("12345678")
                .setOptimiser(OptimiserSettings.newBuilder().addStepAt(0.5).addStepAt(0.8))
                .addInputSizeStages(InputSizeStage.newBuilder().setSizePx(64))
                .setAugmentation(AugmentationSettings.newBuilder().setGamma(1))
                .build());
  }

  @Test
  void theLastOneCountsAndAListIsReplaced() {
    // When, Then
    assertThat(set("epochs=3", "epochs=4").getEpochs()).isEqualTo(4);
    assertThat(set("optimiser.stepAt=[0.1]", "optimiser.stepAt=[0.2]").getOptimiser())
        .isEqualTo(OptimiserSettings.newBuilder().addStepAt(0.2).build());
    assertThat(set("epochs=0").hasEpochs()).as("zero is a value where presence is known").isTrue();
  }

  @Test
  void whatCannotBeSetIsRefusedByName() {
    // When, Then
    assertRefused("epochs", "--set: epochs (expected: FIELD=VALUE, such as loss.lambda=1)");
    assertRefused("loss.lamda=1", "--set: loss.lamda=1: lamda (expected: one of kind, lambda, ");
    assertRefused("epochs.x=1", "--set: epochs.x=1 (expected: epochs has no fields of its own)");
    assertRefused("epochs=many", "--set: epochs=many (expected: a whole number): ");
    assertRefused("loss.kind=l3", "--set: loss.kind=l3 (expected: acr, l2, l1, smooth-l1, wing): ");
    assertRefused(
        "shape_model=", "--set: shape_model= (expected: a value; a field cannot be emptied)");
    assertRefused(
        "optimiser.step_at=0.5", "--set: optimiser.step_at=0.5 (expected: a list as JSON): ");
    assertRefused("optimiser.step_at=[]", "--set: optimiser.step_at=[] (expected: a value; ");
    assertRefused("loss={", "--set: loss={ (expected: an object as JSON): ");
  }

  private static void assertRefused(String assignment, String message) {
    assertThatThrownBy(() -> set(assignment))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith(message);
  }
}
