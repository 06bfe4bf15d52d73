package dev.facealign.platform.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemeContractTest {
  private static final LandmarkScheme OWN =
      new LandmarkScheme(
          "own",
          new int[] {1, 0, 2},
          null,
          null,
          List.of(new FaceRegion("all", new int[] {0, 2, 1}, true)));

  @Test
  void schemesTravelWhole() {
    for (LandmarkScheme scheme : List.of(LandmarkScheme.IBUG_68, LandmarkScheme.COFW_29, OWN)) {
      assertThat(SchemeContract.scheme(SchemeContract.toProto(scheme), scheme.id()))
          .isEqualTo(scheme);
    }
  }

  @Test
  void aMessageWithoutOneMeansTheOneThatShips() {
    // Given
    dev.facealign.v1.LandmarkScheme none = dev.facealign.v1.LandmarkScheme.getDefaultInstance();

    // Then
    assertThat(SchemeContract.scheme(none, "29")).isEqualTo(LandmarkScheme.COFW_29);
    assertThatThrownBy(() -> SchemeContract.scheme(none, "own"))
        .isInstanceOf(FaultException.class)
        .hasMessage("scheme: own (expected: one of [29, 68])");
  }

  @Test
  void refusesASchemeThatContradictsItsIdOrItself() {
    // Given
    dev.facealign.v1.LandmarkScheme own = SchemeContract.toProto(OWN);

    // Then
    assertThatThrownBy(() -> SchemeContract.scheme(own, "68"))
        .hasMessage("landmark_scheme.id: own (expected: 68, as scheme has)");
    assertThatThrownBy(() -> SchemeContract.scheme(own.toBuilder().setId("68").build(), "68"))
        .hasMessage("landmark_scheme: 68 (expected: the scheme that ships as 68, or another id)");
    assertThatThrownBy(() -> SchemeContract.scheme(own.toBuilder().setMirror(0, 2).build(), "own"))
        .hasMessageStartingWith("scheme.mirror: 0-2 (expected: pairs of points below 3)");
    assertThatThrownBy(
            () -> SchemeContract.scheme(own.toBuilder().setLeftOuterEyeCorner(0).build(), "own"))
        .hasMessage("landmark_scheme.outer_eye_corners: one (expected: both or neither)");
    assertThatThrownBy(() -> SchemeContract.scheme(own.toBuilder().addLeftPupil(0).build(), "own"))
        .hasMessageStartingWith("scheme.right-pupil: empty (expected: at least one point)");
  }
}
