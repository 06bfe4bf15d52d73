package dev.facealign.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.trainer.job.AcrLossSpec;
import dev.facealign.trainer.job.L2LossSpec;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.SubmitSweepRequest;
import dev.facealign.v1.SweepGrid;
import dev.facealign.v1.TrainingJob;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ExpandedSweepTest {
  private static final TrainingJob BASE =
      TrainingJob.newBuilder()
          .setDataset(DatasetRef.newBuilder().setName("300w"))
          .setShapeModel("cafe1234")
          .setEpochs(60)
          .build();
  private static final LossSettings ACR = loss(LossKind.LOSS_KIND_ACR);
  private static final LossSettings L2 = loss(LossKind.LOSS_KIND_L2);

  private static LossSettings loss(LossKind kind) {
    return LossSettings.newBuilder().setKind(kind).build();
  }

  private static ExpandedSweep expand(SweepGrid.Builder grid) {
    return expand(BASE, grid);
  }

  private static ExpandedSweep expand(TrainingJob base, SweepGrid.Builder grid) {
    return ExpandedSweep.of(
        SubmitSweepRequest.newBuilder().setSweepId("s").setBase(base).setGrid(grid).build(),
        "made");
  }

  @Test
  void everyCombinationIsAJobAndSeedsChangeFastest() {
    // When
    ExpandedSweep sweep =
        expand(
            SweepGrid.newBuilder()
                .addNetworks(Network.NETWORK_MOBILENET_V2)
                .addNetworks(Network.NETWORK_EFFICIENTNET_B0)
                .addLosses(ACR)
                .addLosses(L2)
                .addLambdas(1)
                .addLambdas(3)
                .addSeeds(7)
                .addSeeds(-8));

    // Then
    assertThat(sweep.jobs())
        .extracting(ExpandedSweepTest::words)
        .containsExactly(
            "s-01 mobilenet-v2 acr 1.0 7",
            "s-02 mobilenet-v2 acr 1.0 -8",
            "s-03 mobilenet-v2 acr 3.0 7",
            "s-04 mobilenet-v2 acr 3.0 -8",
            "s-05 mobilenet-v2 l2 7",
            "s-06 mobilenet-v2 l2 -8",
            "s-07 efficientnet-b0 acr 1.0 7",
            "s-08 efficientnet-b0 acr 1.0 -8",
            "s-09 efficientnet-b0 acr 3.0 7",
            "s-10 efficientnet-b0 acr 3.0 -8",
            "s-11 efficientnet-b0 l2 7",
            "s-12 efficientnet-b0 l2 -8");
    assertThat(sweep.jobs()).allMatch(job -> job.epochs() == 60 && "s".equals(job.sweep()));
  }

  private static String words(TrainingSettings job) {
    String loss =
        job.loss() instanceof AcrLossSpec acr
            ? "acr " + acr.lambda()
            : job.loss() instanceof L2LossSpec ? "l2" : "another";
    return job.jobId() + " " + job.network().id() + " " + loss + " " + job.seed();
  }

  @Test
  void whatTheGridLeavesOpenIsTheBases() {
    // Given
    TrainingJob base =
        BASE.toBuilder().setNetwork(Network.NETWORK_EFFICIENTNET_B3).setLoss(L2).setSeed(5).build();

    // When
    ExpandedSweep sweep =
        ExpandedSweep.of(SubmitSweepRequest.newBuilder().setBase(base).build(), "made");

    // Then
    assertThat(sweep.sweepId()).isEqualTo("made");
    assertThat(sweep.jobs())
        .extracting(ExpandedSweepTest::words)
        .containsExactly("made-1 efficientnet-b3 l2 5");
  }

  @Test
  void aLossWithALambdaOfItsOwnKeepsIt() {
    // When
    ExpandedSweep sweep =
        expand(
            SweepGrid.newBuilder()
                .addLosses(ACR.toBuilder().setLambda(2))
                .addLosses(ACR)
                .addLambdas(1)
                .addLambdas(10));

    // Then
    assertThat(sweep.jobs())
        .extracting(job -> ((AcrLossSpec) job.loss()).lambda())
        .containsExactly(2.0, 1.0, 10.0);
  }

  @Test
  void theDefaultsOfANetworkAreItsOwn() {
    // When
    ExpandedSweep sweep =
        expand(
            SweepGrid.newBuilder()
                .addNetworks(Network.NETWORK_MOBILENET_V2)
                .addNetworks(Network.NETWORK_EFFICIENTNET_B0));

    // Then
    assertThat(sweep.jobs())
        .extracting(TrainingSettings::dropout)
        .containsExactly(
            NetworkKind.MOBILENET_V2.defaultDropout(),
            NetworkKind.EFFICIENTNET_B0.defaultDropout());
  }

  @Test
  void aThousandJobsAreTheMost() {
    // When
    List<TrainingSettings> jobs = expand(seeds(1000)).jobs();

    // Then
    assertThat(jobs.get(0).jobId()).isEqualTo("s-0001");
    assertThat(jobs.get(999).jobId()).isEqualTo("s-1000");
    refuses(BASE, seeds(1001), "grid: 1001 jobs (expected: at most 1000)");
  }

  private static SweepGrid.Builder seeds(int count) {
    return SweepGrid.newBuilder().addAllSeeds(LongStream.range(0, count).boxed().toList());
  }

  @Test
  void jobsThatAreAlikeAreRefused() {
    refuses(
        BASE,
        SweepGrid.newBuilder().addSeeds(1).addSeeds(2).addSeeds(1),
        "grid: s-1 and s-3 with the same settings (expected: every job once)");
    // The default lambda is 1.
    refuses(
        BASE,
        SweepGrid.newBuilder().addLosses(ACR).addLosses(ACR.toBuilder().setLambda(1)),
        "grid: s-1 and s-2 with the same settings");
  }

  @Test
  void lambdasThatNoLossTakesAreRefused() {
    refuses(
        BASE,
        SweepGrid.newBuilder().addLosses(L2).addLambdas(1).addLambdas(3),
        "grid.lambdas: [1.0, 3.0] (expected: none");
    refuses(
        BASE.toBuilder().setLoss(LossSettings.newBuilder().setLambda(1)).build(),
        SweepGrid.newBuilder().addLambdas(3),
        "grid.lambdas: [3.0] (expected: none");
  }

  @Test
  void everyJobIsChecked() {
    refuses(
        BASE,
        SweepGrid.newBuilder().addLambdas(1).addLambdas(-3),
        "loss.lambda: -3.0 (expected: > 0 and <= 1000)");
    refuses(
        BASE.toBuilder().clearShapeModel().build(),
        SweepGrid.newBuilder().addLosses(L2).addLosses(ACR),
        "shape_model: empty (expected: the version of a shape model");
    refuses(BASE, SweepGrid.newBuilder().addNetworksValue(99), "network: 99");
  }

  @Test
  void namesAreTheSweepsMatter() {
    refuses(BASE.toBuilder().setJobId("mine").build(), SweepGrid.newBuilder(), "base.job_id: mine");
    refuses(BASE.toBuilder().setSweep("old").build(), SweepGrid.newBuilder(), "base.sweep: old");
    refuses(
        BASE.toBuilder().setContinueJob("old-1").build(),
        SweepGrid.newBuilder(),
        "base.continue_job: old-1");
    assertThatThrownBy(
            () ->
                ExpandedSweep.of(
                    SubmitSweepRequest.newBuilder()
                        .setSweepId("s".repeat(49))
                        .setBase(BASE)
                        .build(),
                    "made"))
        .hasMessageEndingWith("(expected: at most 48 characters)");
  }

  private static void refuses(TrainingJob base, SweepGrid.Builder grid, String message) {
    assertThatThrownBy(() -> expand(base, grid))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void namesOfItsGridAreTold() {
    // Given
    ExpandedSweep sweep = expand(seeds(10));

    // When, Then
    assertThat(sweep.couldName("s-03")).isTrue();
    assertThat(sweep.couldName("s-3")).isTrue();
    assertThat(sweep.couldName("s-03-again")).isFalse();
    assertThat(sweep.couldName("t-03")).isFalse();
  }
}
