package dev.facealign.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.trainer.job.AcrLossSpec;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.SubmitSweepRequest;
import dev.facealign.v1.SweepGrid;
import dev.facealign.v1.TrainingJob;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

class ExpandedSweepPropertyTest {
  /** Kinds without settings: the lists of a sweep's losses as users write them. */
  enum Kind {
    ACR(LossKind.LOSS_KIND_ACR),
    L2(LossKind.LOSS_KIND_L2),
    L1(LossKind.LOSS_KIND_L1),
    SMOOTH_L1(LossKind.LOSS_KIND_SMOOTH_L1),
    WING(LossKind.LOSS_KIND_WING);

    private final LossKind kind;

    Kind(LossKind kind) {
      this.kind = kind;
    }
  }

  enum Architecture {
    MOBILENET(Network.NETWORK_MOBILENET_V2),
    B0(Network.NETWORK_EFFICIENTNET_B0),
    B3(Network.NETWORK_EFFICIENTNET_B3);

    private final Network network;

    Architecture(Network network) {
      this.network = network;
    }
  }

  @Property(tries = 200)
  void everyCombinationIsOneJobAndOnlyAcrTakesLambdas(
      @ForAll @Size(max = 3) Set<Architecture> networks,
      @ForAll @Size(max = 5) Set<Kind> kinds,
      @ForAll @Size(max = 4) Set<@DoubleRange(min = 0.01, max = 1000) Double> lambdas,
      @ForAll @Size(max = 5) Set<Long> seeds,
      @ForAll @DoubleRange(min = 0.01, max = 1000) double ownLambda) {
    // Given
    boolean acr = kinds.isEmpty() || kinds.contains(Kind.ACR);
    SweepGrid.Builder grid = SweepGrid.newBuilder().addAllSeeds(seeds);
    networks.forEach(network -> grid.addNetworks(network.network));
    kinds.forEach(kind -> grid.addLosses(LossSettings.newBuilder().setKind(kind.kind)));
    if (acr) {
      grid.addAllLambdas(lambdas);
    }
    if (!kinds.isEmpty() && !lambdas.contains(ownLambda)) {
      grid.addLosses(
          LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_ACR).setLambda(ownLambda));
    }
    boolean own = grid.getLossesCount() > kinds.size();
    // Without lambdas the loss without one has the default.
    Assume.that(!(own && acr && lambdas.isEmpty() && ownLambda == 1));

    // When
    List<TrainingSettings> jobs =
        ExpandedSweep.of(
                SubmitSweepRequest.newBuilder()
                    .setSweepId("a.sweep")
                    .setBase(
                        TrainingJob.newBuilder()
                            .setDataset(DatasetRef.newBuilder().setName("300w"))
                            .setShapeModel("cafe1234"))
                    .setGrid(grid)
                    .build(),
                "made")
            .jobs();

    // Then
    int takingLambdas = acr ? Math.max(1, lambdas.size()) : 0;
    int others = (int) kinds.stream().filter(kind -> kind != Kind.ACR).count();
    assertThat(jobs)
        .hasSize(
            Math.max(1, networks.size())
                * (takingLambdas + others + (own ? 1 : 0))
                * Math.max(1, seeds.size()));
    assertThat(jobs).extracting(TrainingSettings::jobId).doesNotHaveDuplicates();
    assertThat(jobs)
        .extracting(TrainingSettings::jobId)
        .isSortedAccordingTo(Comparator.naturalOrder());
    assertThat(jobs)
        .extracting(job -> TrainingJobContract.job(job).toBuilder().clearJobId().build())
        .doesNotHaveDuplicates();
    Set<Double> expected = new HashSet<>();
    if (acr) {
      expected.addAll(lambdas.isEmpty() ? Set.of(1.0) : lambdas);
    }
    if (own) {
      expected.add(ownLambda);
    }
    assertThat(
            jobs.stream()
                .filter(job -> job.loss() instanceof AcrLossSpec)
                .map(job -> ((AcrLossSpec) job.loss()).lambda())
                .collect(Collectors.toSet()))
        .isEqualTo(expected);
  }
}
