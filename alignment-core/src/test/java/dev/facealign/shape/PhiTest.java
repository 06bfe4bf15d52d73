package dev.facealign.shape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PhiTest {
  @Property(tries = 300)
  void liesBetweenZeroAndOneAndItsLargestIsOne(
      @ForAll("labels") double[] face, @ForAll("labels") double[] smooth) {
    // When
    double[] coordinates = Phi.perCoordinate(face, smooth);
    double[] landmarks = Phi.perLandmark(face, smooth);

    // Then
    assertThat(coordinates).hasSize(58).doesNotContain(Double.NaN);
    assertThat(DoubleStream.concat(DoubleStream.of(coordinates), DoubleStream.of(landmarks)))
        .allSatisfy(phi -> assertThat(phi).isBetween(0.0, 1.0));
    assertThat(landmarks).hasSize(29);
    // Not Arrays.equals, which tells 0 from -0.
    if (IntStream.range(0, 58).anyMatch(i -> face[i] != smooth[i])) {
      assertThat(coordinates).contains(1.0);
      assertThat(landmarks).contains(1.0);
    }
  }

  @Provide
  Arbitrary<double[]> labels() {
    return Arbitraries.doubles().between(-0.5, 0.5).ofScale(4).array(double[].class).ofSize(58);
  }
}
