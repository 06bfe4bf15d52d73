package dev.facealign.inference.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.geometry.Affine;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.pose.HeadPoseEstimator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FaceScoreTest {
  private static final LandmarkScheme SCHEME = LandmarkScheme.byId("29");
  private static final Landmarks POINTS = Landmarks.of(0, 0, 30, 40, 10, 20);

  private final FaceScore scores = new FaceScore(new HeadPoseEstimator());

  @Property(tries = 200)
  void fallsAsPointsMoveAndDoubtGrows(
      @ForAll @DoubleRange(min = 0, max = 20) double less,
      @ForAll @DoubleRange(min = 0, max = 20) double more,
      @ForAll @DoubleRange(min = 0.1, max = 10) double doubt) {
    double near = scores.ofTwoRuns(POINTS, moved(less), doubt);
    double far = scores.ofTwoRuns(POINTS, moved(less + more), doubt);
    assertThat(near).isBetween(0.0, 1.0).isGreaterThanOrEqualTo(far);
    assertThat(scores.ofTwoRuns(POINTS, moved(less), 2 * doubt)).isLessThanOrEqualTo(near);
    assertThat(scores.ofOneRun(SCHEME, POINTS, doubt))
        .isBetween(0.0, 1.0)
        .isGreaterThanOrEqualTo(scores.ofOneRun(SCHEME, POINTS, 2 * doubt));
  }

  @Property(tries = 100)
  void doesNotDependOnTheFacesSize(@ForAll @DoubleRange(min = 0.1, max = 50) double scale) {
    Affine larger = Affine.scale(scale, scale);
    assertThat(scores.ofTwoRuns(POINTS.map(larger), moved(1).map(larger), 1))
        .isCloseTo(scores.ofTwoRuns(POINTS, moved(1), 1), Offset.offset(1e-9));
  }

  @Test
  void pointsThatStaySayYesAndPointsThatWanderSayNo() {
    assertThat(scores.ofTwoRuns(POINTS, POINTS, 1)).isGreaterThan(0.95);
    assertThat(scores.ofTwoRuns(POINTS, moved(5), 1)).isLessThan(0.01);
  }

  private static Landmarks moved(double pixels) {
    return POINTS.map(Affine.translate(pixels, 0));
  }
}
