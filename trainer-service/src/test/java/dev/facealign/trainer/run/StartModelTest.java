package dev.facealign.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.Initialiser;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Regularisation;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.TensorSpec;
import dev.facealign.trainer.network.TensorSpec.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class StartModelTest {
  private static final Set<Role> BEHIND_THE_TRUNK =
      Set.of(Role.HEAD_KERNEL, Role.HEAD_BIAS, Role.CERTAINTY_KERNEL, Role.CERTAINTY_BIAS);
  private static final Network NETWORK = network(LandmarkScheme.IBUG_68.count(), true);

  private static Network network(int points, boolean certainty) {
    return new Network(
        Architecture.of(NetworkKind.MOBILENET_V2), 2 * points, Regularisation.NONE, certainty);
  }

  private static Map<String, Tensor> drawn(Network network, long seed) {
    return Initialiser.draw(network, null, seed);
  }

  private static StartModel model(LandmarkScheme scheme, Map<String, Tensor> weights) {
    return new StartModel("v", NetworkKind.MOBILENET_V2, scheme, weights);
  }

  @Property(tries = 500)
  void numbersKeepElevenBits(@ForAll @FloatRange(min = -65504, max = 65504) float value) {
    // When
    float read = roundTrip(value);

    // Then: a half's spacing is 2^-10 of the number, and 2^-24 near zero
    assertThat(read).isCloseTo(value, within(Math.max(Math.abs(value) * 0x1p-11f, 0x1p-25f)));
  }

  @Test
  void numbersTooLargeForAHalfBecomeTheLargest() {
    assertThat(roundTrip(1e6f)).isEqualTo(65504f);
    assertThat(roundTrip(Float.NEGATIVE_INFINITY)).isEqualTo(-65504f);
    assertThat(roundTrip(Float.NaN)).isNaN();
  }

  private static float roundTrip(float value) {
    byte[] file = StartModel.encode(Map.of("a", Tensor.vector(value)));
    StartModel read =
        StartModel.decode("v", NetworkKind.MOBILENET_V2, LandmarkScheme.IBUG_68, file);
    return Objects.requireNonNull(read.weights().get("a")).values()[0];
  }

  @Test
  void givesAllItHasToANetworkOfTheSamePoints() {
    // Given
    Map<String, Tensor> own = drawn(NETWORK, 1);

    // When
    Map<String, Tensor> first =
        model(LandmarkScheme.IBUG_68, own)
            .begin(NETWORK, LandmarkScheme.IBUG_68, drawn(NETWORK, 2));

    // Then
    assertThat(first).isEqualTo(own);
  }

  @Test
  void givesItsTrunkAloneWherePointsAreOthers() {
    // Given
    Map<String, Tensor> own = drawn(NETWORK, 1);
    Network other = network(LandmarkScheme.COFW_29.count(), true);
    LandmarkScheme sameCount = LandmarkScheme.unnamed("mine", LandmarkScheme.IBUG_68.count());

    // Then
    requireTrunk(
        other,
        model(LandmarkScheme.IBUG_68, own).begin(other, LandmarkScheme.COFW_29, drawn(other, 2)),
        own,
        drawn(other, 2));
    requireTrunk(
        NETWORK,
        model(LandmarkScheme.IBUG_68, own).begin(NETWORK, sameCount, drawn(NETWORK, 2)),
        own,
        drawn(NETWORK, 2));
  }

  private static void requireTrunk(
      Network network,
      Map<String, Tensor> first,
      Map<String, Tensor> own,
      Map<String, Tensor> drawn) {
    for (TensorSpec spec : network.tensors()) {
      assertThat(first.get(spec.name()))
          .as(spec.name())
          .isEqualTo((BEHIND_THE_TRUNK.contains(spec.role()) ? drawn : own).get(spec.name()));
    }
  }

  @Test
  void leavesTheCertaintyHeadDrawnWhereItHasNone() {
    // Given
    Map<String, Tensor> own = drawn(network(LandmarkScheme.IBUG_68.count(), false), 1);

    // When
    Map<String, Tensor> first =
        model(LandmarkScheme.IBUG_68, own)
            .begin(NETWORK, LandmarkScheme.IBUG_68, drawn(NETWORK, 2));

    // Then
    assertThat(first.keySet()).isEqualTo(drawn(NETWORK, 2).keySet());
    assertThat(first).containsAllEntriesOf(own);
  }

  @Test
  void refusesWeightsOfAnotherTrunk() {
    // Given
    String kernel =
        NETWORK.tensors().stream()
            .filter(spec -> spec.role() == Role.KERNEL)
            .findFirst()
            .orElseThrow()
            .name();
    Map<String, Tensor> missing = new HashMap<>(drawn(NETWORK, 1));
    missing.remove(kernel);
    Map<String, Tensor> misshapen = new HashMap<>(drawn(NETWORK, 1));
    misshapen.put(kernel, Tensor.vector(1));

    // Then
    for (Map<String, Tensor> weights : Arrays.asList(missing, misshapen)) {
      assertThatThrownBy(
              () ->
                  model(LandmarkScheme.IBUG_68, weights)
                      .begin(NETWORK, LandmarkScheme.IBUG_68, drawn(NETWORK, 2)))
          .isInstanceOfSatisfying(
              FaultException.class,
              fault -> assertThat(fault.reason()).isEqualTo(StartModel.UNREADABLE))
          .hasMessageContaining(kernel);
    }
  }

  @Test
  void refusesAFileThatIsNone() {
    assertThatThrownBy(
            () ->
                StartModel.decode(
                    "v", NetworkKind.MOBILENET_V2, LandmarkScheme.IBUG_68, new byte[] {1, 2, 3}))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> assertThat(fault.reason()).isEqualTo(StartModel.UNREADABLE))
        .hasMessageContaining("weights header length");
  }
}
