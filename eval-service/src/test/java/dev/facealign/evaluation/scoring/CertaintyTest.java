package dev.facealign.evaluation.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Normaliser;
import dev.facealign.v1.CalibrationBin;
import dev.facealign.v1.CertaintyFigures;
import dev.facealign.v1.Landmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertaintyTest {
  private static final Offset<Double> CLOSE = within(1e-7); // answers are floats

  private static FaceOutcome.Valid face(double diagonal, double[] offBy, float... expectedErrors) {
    return faceOfNme((offBy[0] + offBy[1]) / 2 / 50, diagonal, offBy, expectedErrors);
  }

  /** A face of two points, whose truth is at (0, 0) and (10, 0), in a box of this diagonal. */
  private static FaceOutcome.Valid faceOfNme(
      double nme, double diagonal, double[] offBy, float... expectedErrors) {
    Landmarks truth = Landmarks.of(0, 0, 10, 0);
    List<Landmark> answered = new ArrayList<>();
    for (int m = 0; m < 2; m++) {
      Landmark.Builder point =
          Landmark.newBuilder().setX((float) truth.x(m)).setY((float) offBy[m]);
      if (m < expectedErrors.length) {
        point.setExpectedError(expectedErrors[m]);
      }
      answered.add(point.build());
    }
    return new FaceOutcome.Valid(
        "face",
        Normaliser.INTER_PUPIL,
        Map.of(Normaliser.INTER_PUPIL, nme),
        truth,
        PointErrors.of(answered, truth, new Box(0, 0, 0.6 * diagonal, 0.8 * diagonal)));
  }

  @Test
  void comparesSharesOfTheBoxesDiagonals() {
    // Given: points 1 and 3 % off that are said to be 2 and 4 %; 8 and 5 %, said 6 and 5 %
    List<FaceOutcome> outcomes =
        List.of(
            face(100, new double[] {1, 3}, 2, 4),
            new FaceOutcome.Failed("failed", "not found", null),
            face(50, new double[] {4, 2.5}, 3, 2.5f),
            new FaceOutcome.Excluded("excluded", "no picture"));

    // When
    CertaintyFigures figures = certainty(outcomes).orElseThrow().toFigures();

    // Then: one point a bin, by ascending expected error
    assertThat(figures.getBinsList()).extracting(CalibrationBin::getPoints).containsOnly(1L);
    assertThat(figures.getBinsList())
        .extracting(CalibrationBin::getExpectedError)
        .usingElementComparator(CertaintyTest::compare)
        .containsExactly(0.02, 0.04, 0.05, 0.06);
    assertThat(figures.getBinsList())
        .extracting(CalibrationBin::getObservedError)
        .usingElementComparator(CertaintyTest::compare)
        .containsExactly(0.01, 0.03, 0.05, 0.08);
    assertThat(figures.getCalibrationError()).isCloseTo((1 + 1 + 0 + 2) / 400.0, CLOSE);
    assertThat(figures.getMeanExpectedError()).isCloseTo(0.0425, CLOSE);
    assertThat(figures.getMeanError()).isCloseTo(0.0425, CLOSE);
    assertThat(figures.getPointRankCorrelation()).isCloseTo(1, CLOSE);
    assertThat(figures.getFaceRankCorrelation()).isCloseTo(1, CLOSE);

    // And: NME, by another length, 4 and 6.5 %; the second is rejected first, which half of the
    // shares do
    assertThat(figures.getRejection().getNmeOfKeptList())
        .hasSize(20)
        .usingElementComparator(CertaintyTest::compare)
        .startsWith(0.0525, 0.0525)
        .endsWith(0.04, 0.04);
    assertThat(figures.getRejection().getNmeOfKept(9)).isCloseTo(0.0525, CLOSE);
    assertThat(figures.getRejection().getNmeOfKept(10)).isCloseTo(0.04, CLOSE);
    assertThat(figures.getFaces()).isEqualTo(2);
    assertThat(figures.getRejection().getLimitList())
        .hasSize(20)
        .usingElementComparator(CertaintyTest::compare)
        .containsOnly(0.055, 0.03);
    assertThat(figures.getRejection().getLimit(9)).isCloseTo(0.055, CLOSE);
    assertThat(figures.getRejection().getLimit(10)).isCloseTo(0.03, CLOSE);
    assertThat(figures.getRejection().getArea()).isCloseTo((0.0525 + 0.04) / 2, CLOSE);
    assertThat(figures.getRejection().getAreaOfOracle()).isCloseTo((0.0525 + 0.04) / 2, CLOSE);
    assertThat(figures.getRejection().getAreaOfChance()).isCloseTo(0.0525, CLOSE);
  }

  @Test
  void aModelThatExpectsTheSameEverywhereKnowsNothing() {
    // Given: the second face's NME is three times the first's only because its eyes are close
    List<FaceOutcome> outcomes =
        List.of(
            face(100, new double[] {3, 3}, 3, 3), faceOfNme(0.9, 100, new double[] {3, 3}, 3, 3));

    // When
    CertaintyFigures figures = certainty(outcomes).orElseThrow().toFigures();

    // Then
    assertThat(figures.getFaceRankCorrelation()).isZero();
    assertThat(figures.getPointRankCorrelation()).isZero();
    assertThat(figures.getRejection().getArea())
        .isEqualTo(figures.getRejection().getAreaOfChance());
  }

  @Test
  void leavesOutFacesThatAnErrorIsMissingOf() {
    // Given
    FaceOutcome whole = face(100, new double[] {1, 3}, 1, 3);
    FaceOutcome half = face(100, new double[] {50, 50}, 1);

    // Then
    assertThat(certainty(List.of(half))).isEmpty();
    assertThat(half.toResult().getExpectedErrorList()).isEmpty();
    assertThat(whole.toResult().getExpectedErrorList()).containsExactly(1f, 3f);
    CertaintyFigures figures = certainty(List.of(half, whole)).orElseThrow().toFigures();
    assertThat(figures.getCalibrationError()).isCloseTo(0, CLOSE);
    assertThat(figures.getFaces()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -1})
  void takesNothingForAnErrorThatIsNone(float expectedError) {
    // Given
    FaceOutcome.Valid face = face(100, new double[] {1, 3}, 1, expectedError);

    // Then
    assertThat(face.pointErrors()).isEqualTo(Optional.empty());
  }

  private static int compare(double a, double b) {
    return Math.abs(a - b) < 1e-7 ? 0 : Double.compare(a, b);
  }

  private static Optional<Certainty> certainty(List<FaceOutcome> outcomes) {
    Certainty.Builder builder = new Certainty.Builder(outcomes.size(), 68);
    outcomes.forEach(builder::add);
    return builder.build();
  }
}
