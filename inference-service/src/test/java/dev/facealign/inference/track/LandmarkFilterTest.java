package dev.facealign.inference.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.geometry.Affine;
import dev.facealign.landmark.Landmarks;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

class LandmarkFilterTest {
  private static final double FRAME = 0.04;

  @Property(tries = 50)
  void aFaceElsewhereAndOfAnotherSizeIsSmoothedAlike(
      @ForAll @IntRange(min = 0, max = 1000) int seed,
      @ForAll @DoubleRange(min = 0.1, max = 20) double scale,
      @ForAll @DoubleRange(min = -500, max = 500) double shift) {
    // Given a face that trembles and drifts, and the same face elsewhere and larger
    Affine elsewhere = Affine.scale(scale, scale).then(Affine.translate(shift, -shift));
    Random random = new Random(seed);
    Landmarks first = face(random, 0);
    LandmarkFilter here = new LandmarkFilter(Smoothing.DEFAULT, first, 0);
    LandmarkFilter there = new LandmarkFilter(Smoothing.DEFAULT, first.map(elsewhere), 0);

    for (int i = 1; i < 30; i++) {
      // When
      Landmarks next = face(random, i);
      Landmarks smooth = here.next(next, FRAME * i).map(elsewhere);
      Landmarks other = there.next(next.map(elsewhere), FRAME * i);

      // Then
      for (int m = 0; m < next.count(); m++) {
        assertThat(other.x(m)).isCloseTo(smooth.x(m), Offset.offset(1e-6 * (scale + 500)));
        assertThat(other.y(m)).isCloseTo(smooth.y(m), Offset.offset(1e-6 * (scale + 500)));
      }
    }
  }

  private static Landmarks face(Random random, int step) {
    double[] xy = {0, 0, 40, 0, 20, 20, 10, 40, 30, 40};
    for (int i = 0; i < xy.length; i++) {
      xy[i] += random.nextGaussian() + 0.5 * step;
    }
    return Landmarks.of(xy);
  }
}
