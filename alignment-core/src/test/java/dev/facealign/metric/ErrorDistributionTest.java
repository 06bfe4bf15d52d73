package dev.facealign.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.testkit.Golden;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

class ErrorDistributionTest {
  @Example
  void agreesWithTheReferenceValues() {
    // Given
    JsonObject golden = Golden.metrics();
    JsonObject expected = golden.getAsJsonObject("expected");
    int faces = golden.getAsJsonArray("ground_truth").size();

    // When
    double[] nme = new double[faces];
    double[] interPupil = new double[faces];
    for (int i = 0; i < faces; i++) {
      Landmarks truth = face(golden, "ground_truth", i);
      Landmarks predicted = face(golden, "predicted", i);
      LandmarkScheme scheme = LandmarkScheme.IBUG_68;
      nme[i] = Nme.of(predicted, truth, Normaliser.INTER_OCULAR.distance(scheme, truth));
      interPupil[i] = Nme.of(predicted, truth, Normaliser.INTER_PUPIL.distance(scheme, truth));
    }
    ErrorDistribution distribution = ErrorDistribution.of(nme);

    // Then
    assertThat(nme)
        .containsExactly(Golden.numbers(expected.getAsJsonArray("per_face_nme")), within(1e-12));
    assertThat(distribution.mean()).isCloseTo(number(expected, "nme"), within(1e-12));
    assertThat(distribution.failureRate(0.10))
        .isCloseTo(number(expected, "fr_at_0_10"), within(1e-12));
    assertThat(distribution.failureRate(0.08))
        .isCloseTo(number(expected, "fr_at_0_08"), within(1e-12));
    assertThat(distribution.auc(0.10)).isCloseTo(number(expected, "auc_at_0_10"), within(1e-12));
    assertThat(distribution.auc(0.08)).isCloseTo(number(expected, "auc_at_0_08"), within(1e-12));
    assertThat(distribution.aucFard2022())
        .isCloseTo(number(expected, "auc_fard2022"), within(1e-12));
    assertThat(ErrorDistribution.of(interPupil).mean())
        .isCloseTo(number(expected, "nme_inter_pupil"), within(1e-12));
  }

  @Property(tries = 50)
  void theClosedFormOfTheAreaIsItsIntegral(
      @ForAll("errors") double[] nme,
      @ForAll @DoubleRange(min = 0.02, max = 0.2) double threshold) {
    // Given
    ErrorDistribution distribution = ErrorDistribution.of(nme);

    // When: midpoint rule; each face's step costs at most half a cell
    int cells = 20_000;
    double integral = 0;
    for (int i = 0; i < cells; i++) {
      integral += distribution.cumulative(threshold * (i + 0.5) / cells) / cells;
    }

    // Then
    assertThat(distribution.auc(threshold)).isCloseTo(integral, within(1.0 / cells));
  }

  @Property(tries = 200)
  void sharesAreShares(
      @ForAll("errors") double[] nme,
      @ForAll @DoubleRange(min = 0.01, max = 0.5) double threshold) {
    // Given
    ErrorDistribution distribution = ErrorDistribution.of(nme);

    // Then
    assertThat(distribution.failureRate(threshold)).isBetween(0.0, 1.0);
    assertThat(distribution.auc(threshold)).isBetween(0.0, 1.0);
    assertThat(distribution.aucFard2022()).isBetween(0.0, 0.95 + 1e-12);
    assertThat(distribution.failureRate(threshold) + distribution.cumulative(threshold))
        .isCloseTo(1, within(1e-12));
  }

  @Example
  void aNaNPredictionIsAFailureAtEveryThresholdAndInNoMean() {
    // When
    ErrorDistribution distribution = ErrorDistribution.of(0.02, 0.04, Double.NaN, Double.NaN);

    // Then
    assertThat(distribution.faces()).isEqualTo(4);
    assertThat(distribution.invalid()).isEqualTo(2);
    assertThat(distribution.mean()).isCloseTo(0.03, within(1e-15));
    assertThat(distribution.failureRate(1e9)).isEqualTo(0.5);
    assertThat(distribution.cumulative(1e9)).isEqualTo(0.5);
    assertThat(distribution.auc(0.08)).isCloseTo((0.75 + 0.5) / 4, within(1e-12));
  }

  @Example
  void aFaceWithoutANormaliserIsCountedAndInNothingElse() {
    // When
    ErrorDistribution distribution =
        new ErrorDistribution.Builder().add(0.05).addExcluded().build();

    // Then
    assertThat(distribution.faces()).isEqualTo(2);
    assertThat(distribution.invalid()).isEqualTo(1);
    assertThat(distribution.failureRate(0.08)).isZero();
    assertThat(distribution.mean()).isEqualTo(0.05);
  }

  @Example
  void withoutFacesThereIsNoFigure() {
    // Given
    ErrorDistribution none = ErrorDistribution.of();

    // Then
    assertThat(none.mean()).isNaN();
    assertThat(none.failureRate(0.1)).isNaN();
    assertThat(none.auc(0.1)).isNaN();
    assertThat(none.aucFard2022()).isNaN();
  }

  @Example
  void aFailureIsAboveTheThresholdNotAtIt() {
    assertThat(ErrorDistribution.of(0.1).failureRate(0.1)).isZero();
    assertThat(ErrorDistribution.of(Math.nextUp(0.1)).failureRate(0.1)).isEqualTo(1);
  }

  private static Landmarks face(JsonObject golden, String which, int i) {
    return Landmarks.of(Golden.numbers(golden.getAsJsonArray(which).get(i).getAsJsonArray()));
  }

  private static double number(JsonObject object, String name) {
    return object.get(name).getAsDouble();
  }

  @Example
  void sortedErrorsAreACopy() {
    // Given
    ErrorDistribution distribution = ErrorDistribution.of(0.3, 0.1, 0.2);

    // When
    Arrays.fill(distribution.sortedErrors(), 9);

    // Then
    assertThat(distribution.sortedErrors()).containsExactly(0.1, 0.2, 0.3);
  }

  @Provide
  Arbitrary<double[]> errors() {
    return Arbitraries.doubles()
        .between(0, 0.4)
        .ofScale(4)
        .array(double[].class)
        .ofMinSize(1)
        .ofMaxSize(30);
  }
}
