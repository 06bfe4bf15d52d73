package dev.facealign.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NmeTest {
  private static final Landmarks TRUTH = Landmarks.of(0, 0, 10, 0);

  @Test
  void isTheMeanDistanceOverTheLength() {
    assertThat(Nme.of(Landmarks.of(3, 4, 10, 1), TRUTH, 10)).isEqualTo((5 + 1) / 2.0 / 10);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void oneBrokenCoordinateBreaksTheFace(double broken) {
    assertThat(Nme.of(Landmarks.of(0, 0, broken, 0), TRUTH, 10)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesALengthThatIsNone(double distance) {
    assertThatThrownBy(() -> Nme.of(TRUTH, TRUTH, distance))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("distance: " + distance);
  }

  @Test
  void refusesMissingPoints() {
    assertThatThrownBy(() -> Nme.of(Landmarks.of(0, 0), TRUTH, 10))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("predicted.count: 1");
  }

  @ParameterizedTest
  @EnumSource(Normaliser.class)
  void aFaceThatIsOnePointHasNoLength(Normaliser normaliser) {
    // Given
    Landmarks onePoint = Landmarks.of(new double[136]);

    // Then
    assertThat(normaliser.distance(LandmarkScheme.IBUG_68, onePoint)).isZero();
  }
}
