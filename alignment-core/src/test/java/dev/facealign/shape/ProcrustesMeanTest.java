package dev.facealign.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Affine;
import dev.facealign.landmark.LandmarkScheme;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class ProcrustesMeanTest {
  private static final int POINTS = 9;
  private static final LandmarkScheme SCHEME =
      new LandmarkScheme("nine", new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, null, null, List.of());

  @Property(tries = 100)
  void aFaceAndItsSimilarityFitAlike(
      @ForAll long seed,
      @ForAll @DoubleRange(min = -3.1, max = 3.1) double turn,
      @ForAll @DoubleRange(min = 0.2, max = 5) double scale) {
    // Given
    SplittableRandom random = new SplittableRandom(seed);
    ProcrustesMean mean = new ProcrustesMean(face(random, 0.02));
    double[] face = face(random, 0.1);
    Affine similarity = similarity(turn, scale, random);

    // When
    double[] fitted = moved(face, mean.fit(face, 0));
    double[] other = moved(face, similarity);
    double[] fittedToo = moved(other, mean.fit(other, 0));

    // Then
    assertThat(fittedToo).containsExactly(fitted, within(1e-12));
  }

  @Property(tries = 50)
  void noSimilarityBringsAFaceNearer(@ForAll long seed) {
    // Given
    SplittableRandom random = new SplittableRandom(seed);
    double[] mean = face(random, 0.02);
    double[] face = face(random, 0.2);
    double[] fitted = moved(face, new ProcrustesMean(mean).fit(face, 0));

    // Then
    double least = distance(fitted, mean);
    for (int i = 0; i < 20; i++) {
      Affine nudge =
          similarity(random.nextDouble(-0.05, 0.05), 1 + random.nextDouble(-0.05, 0.05), random);
      assertThat(distance(moved(fitted, nudge), mean)).isGreaterThanOrEqualTo(least - 1e-12);
    }
  }

  @Property(tries = 30)
  void theMeanOfTheFitsIsTheMeanShape(
      @ForAll @IntRange(min = 1, max = 60) int count, @ForAll long seed) {
    // Given
    double[][] faces = faces(count, seed, 0.1);

    // When
    ProcrustesMean mean = meanOf(faces);

    // Then: Kent's equation, S u = l u; and l / n is the share that fits keep of their size
    double[] target = centred(mean.coordinates());
    double[] sum = new double[2 * POINTS];
    for (double[] face : faces) {
      double[] fitted = centred(moved(face, mean.fit(face, 0)));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += fitted[i] / count;
      }
    }
    double share = Math.sqrt(dot(sum, sum) / dot(target, target));
    assertThat(share).isLessThanOrEqualTo(1 + 1e-12);
    for (int i = 0; i < sum.length; i++) {
      assertThat(sum[i]).isCloseTo(share * target[i], within(1e-12));
    }
  }

  @Property(tries = 30)
  void noOtherShapeIsNearerToTheFaces(@ForAll long seed) {
    // Given
    double[][] faces = faces(40, seed, 0.15);
    SplittableRandom random = new SplittableRandom(seed);
    double[] mean = meanOf(faces).coordinates();

    // Then: the sum of squared full Procrustes distances, 1 - |z* u|^2 / (|z|^2 |u|^2)
    double least = squaredDistances(faces, mean);
    for (int i = 0; i < 20; i++) {
      double[] other = Arrays.stream(mean).map(v -> v + random.nextDouble(-0.01, 0.01)).toArray();
      assertThat(squaredDistances(faces, other)).isGreaterThanOrEqualTo(least - 1e-12);
    }
  }

  @Property(tries = 30)
  void turningScalingAndMovingEachFaceChangesNoShape(@ForAll long seed) {
    // Given
    double[][] faces = faces(30, seed, 0.1);
    SplittableRandom random = new SplittableRandom(seed);
    double[][] strewn =
        Arrays.stream(faces)
            .map(
                face ->
                    moved(
                        face, similarity(random.nextDouble(6), random.nextDouble(0.5, 2), random)))
            .toArray(double[][]::new);

    // When
    double[] mean = meanOf(faces).coordinates();
    double[] meanOfStrewn = meanOf(strewn).coordinates();

    // Then
    assertThat(squaredDistances(new double[][] {meanOfStrewn}, mean)).isCloseTo(0, within(1e-12));
  }

  @Example
  void standsLikeTheArithmeticMean() {
    // Given: faces that stand upright about (0.1, -0.2)
    double[][] faces = faces(50, 3, 0.03);

    // When
    double[] mean = meanOf(faces).coordinates();

    // Then
    double[] arithmetic = new double[2 * POINTS];
    for (double[] face : faces) {
      for (int i = 0; i < arithmetic.length; i++) {
        arithmetic[i] += face[i] / faces.length;
      }
    }
    assertThat(mean).containsExactly(arithmetic, within(0.01));
    Affine fit = new ProcrustesMean(arithmetic).fit(mean, 0);
    assertThat(fit.m10()).as("no turn is left").isCloseTo(0, within(1e-12));
    assertThat(fit.m00()).isCloseTo(1, within(0.01));
  }

  @Property(tries = 30)
  void mergingIsTakingInBoth(@ForAll @IntRange(max = 200) int here, @ForAll long seed) {
    // Given
    double[][] faces = faces(200, seed, 0.1);
    ProcrustesMean.Accumulator first = accumulator(Arrays.copyOf(faces, here));
    ProcrustesMean.Accumulator second = accumulator(Arrays.copyOfRange(faces, here, 200));

    // When
    first.merge(second);

    // Then
    assertThat(first.faces()).isEqualTo(200);
    assertThat(first.mean().coordinates())
        .containsExactly(meanOf(faces).coordinates(), within(1e-11));
  }

  @Property(tries = 60)
  void anAlignedModelsSmoothFaceMovesWithTheFace(
      @ForAll long seed,
      @ForAll @DoubleRange(min = -3.1, max = 3.1) double turn,
      @ForAll @DoubleRange(min = 0.2, max = 5) double scale,
      @ForAll @IntRange(max = 6) int components) {
    // Given
    SplittableRandom random = new SplittableRandom(seed);
    ShapeModel model = alignedModel(faces(60, seed, 0.1));
    double[] face = face(random, 0.2);
    Affine similarity = similarity(turn, scale, random);
    double[] other = moved(face, similarity);

    // When
    double[] smooth = model.smooth(face, components);
    double[] otherSmooth = model.smooth(other, components);

    // Then
    assertThat(otherSmooth).containsExactly(moved(smooth, similarity), within(1e-10 * scale));
    assertThat(Phi.perLandmark(other, otherSmooth))
        .containsExactly(Phi.perLandmark(face, smooth), within(1e-7));
  }

  @Property(tries = 30)
  void anAlignedModelExpressesItsFacesAndHasNoVarianceOfSimilarity(@ForAll long seed) {
    // Given: faces that differ by a similarity only
    SplittableRandom random = new SplittableRandom(seed);
    double[] face = face(random, 0.1);
    double[][] same = new double[20][];
    for (int i = 0; i < same.length; i++) {
      same[i] =
          moved(face, similarity(random.nextDouble(-1, 1), random.nextDouble(0.5, 2), random));
    }

    // When
    ShapeModel none = alignedModel(same);
    ShapeModel some = alignedModel(faces(40, seed, 0.1));

    // Then
    assertThat(none.componentCount()).isZero();
    assertThat(none.smooth(same[7], 0)).containsExactly(same[7], within(1e-12));
    // 18 numbers less two of place, one of turn, one of scale
    assertThat(some.componentCount()).isEqualTo(2 * POINTS - 4 + 1);
    assertThat(some.normalisation().alignment()).isEqualTo(ShapeAlignment.PROCRUSTES);
  }

  @Example
  void refusesFacesWithoutExtentAndWithoutLikeness() {
    ProcrustesMean mean = new ProcrustesMean(new double[] {0, 0, 1, 0, 0, 1, 1, 1});
    double[] point = {2, 2, 2, 2, 2, 2, 2, 2};
    // Turned and scaled as it may be, its product with the mean is 0.
    double[] orthogonal = {0, 0, 1, 0, 1, 0, 0, 0};
    assertThatThrownBy(() -> mean.fit(point, 0)).hasMessageContaining("not all in one place");
    assertThatThrownBy(() -> mean.fit(orthogonal, 0)).hasMessageContaining("look like a face");
    ProcrustesMean.Accumulator accumulator = new ProcrustesMean.Accumulator(8);
    assertThatThrownBy(() -> accumulator.add(point)).hasMessageContaining("not all in one place");
    assertThatThrownBy(() -> accumulator.add(new double[6])).hasMessageContaining("6");
    assertThatThrownBy(() -> accumulator.add(new double[] {0, 0, 1, 0, 0, Double.NaN, 1, 1}))
        .isInstanceOf(FaultException.class);
    assertThatThrownBy(accumulator::mean).hasMessageContaining("faces: 0");
    assertThatThrownBy(() -> new ProcrustesMean(point)).isInstanceOf(FaultException.class);
  }

  private static ShapeModel alignedModel(double[][] faces) {
    ShapeModelFitter fitter =
        new ShapeModelFitter(
            SCHEME, new ShapeNormalisation(FaceCropping.of(CropPolicy.SQUARE_V1), meanOf(faces)));
    for (double[] face : faces) {
      fitter.add(face);
    }
    return fitter.fit();
  }

  private static ProcrustesMean meanOf(double[][] faces) {
    return accumulator(faces).mean();
  }

  private static ProcrustesMean.Accumulator accumulator(double[][] faces) {
    ProcrustesMean.Accumulator accumulator = new ProcrustesMean.Accumulator(2 * POINTS);
    for (double[] face : faces) {
      accumulator.add(face);
    }
    return accumulator;
  }

  private static double[][] faces(int count, long seed, double spread) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] faces = new double[count][];
    for (int i = 0; i < count; i++) {
      faces[i] = face(random, spread);
    }
    return faces;
  }

  /** Three rows of three points about (0.1, -0.2), each strayed. */
  private static double[] face(SplittableRandom random, double spread) {
    double[] face = new double[2 * POINTS];
    for (int m = 0; m < POINTS; m++) {
      face[2 * m] = 0.1 + 0.3 * (m % 3 - 1) + spread * random.nextDouble(-1, 1);
      face[2 * m + 1] = -0.2 + 0.4 * (m / 3 - 1) + spread * random.nextDouble(-1, 1);
    }
    return face;
  }

  private static Affine similarity(double turn, double scale, SplittableRandom random) {
    return Affine.rotation(turn)
        .then(Affine.scale(scale, scale))
        .then(Affine.translate(random.nextDouble(-1, 1), random.nextDouble(-1, 1)));
  }

  private static double[] moved(double[] face, Affine by) {
    double[] moved = new double[face.length];
    for (int i = 0; i < face.length; i += 2) {
      moved[i] = by.x(face[i], face[i + 1]);
      moved[i + 1] = by.y(face[i], face[i + 1]);
    }
    return moved;
  }

  private static double[] centred(double[] face) {
    double x = 0;
    double y = 0;
    for (int i = 0; i < face.length; i += 2) {
      x += face[i] / POINTS;
      y += face[i + 1] / POINTS;
    }
    return moved(face, Affine.translate(-x, -y));
  }

  private static double squaredDistances(double[][] faces, double[] shape) {
    double[] u = centred(shape);
    double sum = 0;
    for (double[] face : faces) {
      double[] z = centred(face);
      double real = dot(z, u);
      double imaginary = dot(z, moved(u, Affine.rotation(Math.PI / 2)));
      sum += 1 - (real * real + imaginary * imaginary) / (dot(z, z) * dot(u, u));
    }
    return sum;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
