package dev.facealign.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.util.BitSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LandmarkErrorsTest {
  @Test
  void saysWhichPointsAreOffAndWhere() {
    // Given faces of which the outer corner of an eye is 3 and then 5 pixels off
    LandmarkScheme scheme = LandmarkScheme.IBUG_68;
    LandmarkErrors errors = new LandmarkErrors(scheme);
    double[] truth = new double[136];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = i * i % 97;
    }
    double[] first = truth.clone();
    first[2 * 36] += 3;
    double[] second = truth.clone();
    second[2 * 36] += 3;
    second[2 * 36 + 1] -= 4;

    // When
    BitSet occluded = new BitSet();
    occluded.set(36, 38);
    errors.add(Landmarks.of(first), Landmarks.of(truth), 100, Optional.of(occluded));
    errors.add(Landmarks.of(second), Landmarks.of(truth), 50, Optional.empty());

    // Then
    double mean = (3 / 100.0 + 5 / 50.0) / 2;
    assertThat(errors.byLandmark()[36]).isCloseTo(mean, within(1e-12));
    assertThat(errors.byLandmark()[37]).isZero();
    double[] regions =
        errors.byRegion().values().stream().mapToDouble(Double::doubleValue).toArray();
    assertThat(regions).containsOnlyOnce(mean / 6).contains(0);
    assertThat(regions).hasSize(scheme.regions().size());
    assertThat(errors.ofOccluded().orElseThrow())
        .as("of the one face with flags")
        .isCloseTo(0.03 / 2, within(1e-12));
    assertThat(errors.ofVisible().orElseThrow()).isZero();
    assertThat(new LandmarkErrors(scheme).ofOccluded()).isEmpty();
  }
}
