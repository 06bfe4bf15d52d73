package dev.facealign.cli.sweep;

import static dev.facealign.cli.sweep.SweepJobs.acr;
import static dev.facealign.cli.sweep.SweepJobs.failed;
import static dev.facealign.cli.sweep.SweepJobs.l2;
import static dev.facealign.cli.sweep.SweepJobs.queued;
import static dev.facealign.cli.sweep.SweepJobs.running;
import static dev.facealign.cli.sweep.SweepJobs.succeeded;
import static dev.facealign.cli.sweep.SweepJobs.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.TrainingJobStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepComparisonTest {

  @Test
  void jobsThatDifferInTheirSeedAreOneRowAndTheLowestMeanIsFirst() {
    // When
    List<String> lines =
        SweepComparison.of(
                sweep(
                    succeeded(acr("night-1", 1, 1), 0.060),
                    succeeded(acr("night-2", 1, 2), 0.064),
                    succeeded(acr("night-3", 1, 3), 0.062),
                    succeeded(acr("night-4", 2.5, 1), 0.050),
                    running(acr("night-5", 2.5, 2), 12, 0.054),
                    queued(acr("night-6", 2.5, 3)),
                    failed(l2("night-7", 1), "loss: NaN (expected: finite)"),
                    queued(l2("night-8", 2))))
            .lines();

    // Then
    assertThat(lines)
        .containsExactly(
            "sweep night: 8 jobs, 4 succeeded, 1 running, 2 queued, 1 failed",
            "NETWORK       LOSS  LAMBDA   SEEDS    HELD-OUT NME    BEST  BEST JOB    EPOCHS  STATE",
            "mobilenet-v2  acr      2.5  2 of 3  5.20 +- 0.28 %  5.00 %  night-4   0..60/60  1 succeeded, 1 running, 1 queued",
            "mobilenet-v2  acr        1       3  6.20 +- 0.20 %  6.00 %  night-1      60/60  3 succeeded",
            "mobilenet-v2  l2         -  0 of 2               -       -  -          0..3/60  1 queued, 1 failed",
            "night-7 failed: loss: NaN (expected: finite)",
            "NME is that of each run's best epoch on the faces held out of the training split: for"
                + " choosing, not a test figure.",
            "+- is the sample standard deviation over seeds.");
  }

  @Test
  void theSpreadIsTheSampleStandardDeviation() {
    // Given
    RecipeResult three =
        result(
            succeeded(acr("night-1", 1, 1), 0.02),
            succeeded(acr("night-2", 1, 2), 0.04),
            succeeded(acr("night-3", 1, 3), 0.09));
    RecipeResult one = result(succeeded(acr("night-1", 1, 1), 0.02));

    // Then
    assertThat(three.mean()).isEqualTo(0.05, within(1e-12));
    assertThat(three.spread().orElseThrow()).isEqualTo(Math.sqrt(0.0013), within(1e-12));
    assertThat(one.mean()).isEqualTo(0.02, within(1e-12));
    assertThat(one.spread()).isEmpty();
    assertThat(result(queued(acr("night-1", 1, 1))).mean()).isNaN();
  }

  private static RecipeResult result(TrainingJobStatus... jobs) {
    return SweepComparison.of(sweep(jobs)).results().get(0);
  }

  @Test
  void aFigureAtASmallerInputDoesNotCount() {
    // Given
    TrainingJobStatus small =
        running(acr("night-1", 1, 1), 5, 0.02).toBuilder()
            .setLatestEpoch(EpochCompleted.newBuilder(SweepJobs.epoch(5, 0.02)).setInputSizePx(64))
            .build();

    // When, Then
    assertThat(RecipeResult.figure(small)).isEmpty();
  }

  @Test
  void otherSettingsGetAColumnWhereTheyTellRecipesApart() {
    // Given
    LossSettings published = acr("", 1, 1).getLoss().toBuilder().setCoordinateScale(1).build();

    // When
    SweepComparison comparison =
        SweepComparison.of(
            sweep(
                succeeded(acr("night-1", 1, 1), 0.060),
                succeeded(acr("night-2", 1, 1).setLoss(published), 0.070),
                // Its dropout follows from its network, which is told already.
                succeeded(
                    acr("night-3", 1, 1)
                        .setNetwork(Network.NETWORK_EFFICIENTNET_B0)
                        .setDropout(0.5),
                    0.050)));

    // Then
    assertThat(comparison.lines())
        .anyMatch(line -> line.startsWith("NETWORK          LOSS  LAMBDA  LOSS.COORDINATE_SCALE  "))
        .noneMatch(line -> line.contains("DROPOUT"));
    assertThat(comparison.results())
        .extracting(result -> comparison.label(result.recipe()))
        .containsExactly(
            "efficientnet-b0 acr lambda 1 coordinate scale 30",
            "mobilenet-v2 acr lambda 1 coordinate scale 30",
            "mobilenet-v2 acr lambda 1 coordinate scale 1");
  }

  @Test
  void aJobThatWasSubmittedAgainIsOfTheSameRecipe() {
    // When
    RecipeResult result =
        result(
            failed(acr("night-1", 1, 1), "out of memory"),
            succeeded(
                acr("night-1-again", 1, 1).setContinueJob("night-1").setCheckpointEveryEpochs(5),
                0.05));

    // Then
    assertThat(result.jobs()).hasSize(2);
    assertThat(result.mean()).isEqualTo(0.05, within(1e-12));
  }
}
