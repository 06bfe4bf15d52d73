package dev.facealign.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.augment.AugmentationSpec.Change;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.CropRegion;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AugmentationTest {

  private static final int SIZE = 64;
  private static final int CONTEXT = CropCache.contextSide(SIZE);
  private static final LandmarkScheme SCHEME = LandmarkScheme.byId("68");

  @Test
  void leavesACropAloneWhenToldTo() {
    // Given
    byte[] context = new byte[3 * CONTEXT * CONTEXT];
    new java.util.Random(1).nextBytes(context);
    float[] pixels = new float[3 * SIZE * SIZE];
    double[] labels = new double[136];
    FaceCrop face = face(0.1, -0.2);
    // When
    new Augmentation(AugmentationSpec.NONE, SCHEME, CropPolicy.STRETCH_V1, SIZE)
        .apply(face, context, new SplittableRandom(1), pixels, labels);
    // Then
    assertThat(labels).containsExactly(face.labels(), within(1e-12));
    int margin = (CONTEXT - SIZE) / 2;
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int green = context[3 * ((y + margin) * CONTEXT + x + margin) + 1] & 0xff;
        assertThat(pixels[SIZE * SIZE + y * SIZE + x]).isCloseTo(green / 255f, within(1e-4f));
      }
    }
  }

  @Property(tries = 200)
  void movesPointsAsItMovesThePicture(@ForAll long seed) {
    // Given a bright spot on a landmark and on its mirror landmark, in a crop twice as wide as high
    AugmentationSpec strong = new AugmentationSpec(0.5, 30, 0.2, 0.1, 0, 0, 0, 0, 0, 0, 0, 0);
    int landmark = 36;
    int mirrored = SCHEME.mirrorOf(landmark);
    double x = -0.15;
    double y = 0.1;
    FaceCrop face = face(x, y);
    byte[] context = new byte[3 * CONTEXT * CONTEXT];
    spot(context, CONTEXT / 2.0 + x * SIZE, CONTEXT / 2.0 + y * SIZE);
    float[] pixels = new float[3 * SIZE * SIZE];
    double[] labels = new double[136];
    // When
    new Augmentation(strong, SCHEME, CropPolicy.STRETCH_V1, SIZE)
        .apply(face, context, new SplittableRandom(seed), pixels, labels);
    // Then the spot's centre of mass is where all points, which lie on it, are said to be
    double mass = 0;
    double cx = 0;
    double cy = 0;
    for (int py = 0; py < SIZE; py++) {
      for (int px = 0; px < SIZE; px++) {
        double value = pixels[py * SIZE + px];
        mass += value;
        cx += value * (px + 0.5);
        cy += value * (py + 0.5);
      }
    }
    assertThat(cx / mass / SIZE - 0.5).isCloseTo(labels[2 * landmark], within(0.2 / SIZE));
    assertThat(cy / mass / SIZE - 0.5).isCloseTo(labels[2 * landmark + 1], within(0.2 / SIZE));
    assertThat(labels[2 * mirrored]).isCloseTo(labels[2 * landmark], within(1e-12));
  }

  @Property(tries = 50)
  void givesMirroredFacesTheirMirroredPoints(@ForAll long seed) {
    // Given a face whose points all differ
    double[] xy = new double[136];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < xy.length; i++) {
      xy[i] = 100 * random.nextDouble();
    }
    CropRegion region = new CropRegion(50, 50, 115, 115);
    Landmarks points = Landmarks.of(xy);
    FaceCrop face = new FaceCrop("face", points.boundingBox(), region, points, new float[3], null);
    double[] labels = new double[136];
    // When
    new Augmentation(AugmentationSpec.NONE.with(Change.FLIP, 1), SCHEME, CropPolicy.SQUARE_V1, SIZE)
        .apply(face, new byte[3 * CONTEXT * CONTEXT], random, new float[3 * SIZE * SIZE], labels);
    // Then
    Landmarks expected = points.mirrored(SCHEME, 50);
    assertThat(labels).containsExactly(region.toLabels(expected), within(1e-12));
  }

  @Property(tries = 100)
  void keepsPixelsInTheirRangeAndTheSameSeedGivesTheSame(@ForAll long seed) {
    // Given everything at its strongest
    AugmentationSpec all = new AugmentationSpec(0.5, 180, 0.5, 0.5, 1, 1, 1, 1, 0.25, 3, 0.5, 0.05);
    byte[] context = new byte[3 * CONTEXT * CONTEXT];
    new java.util.Random(seed).nextBytes(context);
    float[] first = new float[3 * SIZE * SIZE];
    float[] second = new float[3 * SIZE * SIZE];
    double[] labels = new double[136];
    Augmentation augmentation = new Augmentation(all, SCHEME, CropPolicy.STRETCH_V1, SIZE);
    // When
    augmentation.apply(spread(seed), context, new SplittableRandom(seed), first, labels);
    augmentation.apply(spread(seed), context, new SplittableRandom(seed), second, labels);
    // Then
    for (float value : first) {
      assertThat(value).isBetween(0f, 1f);
    }
    assertThat(second).containsExactly(first);
  }

  @Property(tries = 100)
  void cutsTheCropOfAMovedBox(@ForAll long seed, @ForAll CropPolicy policy) {
    // Given a face of which nothing but the box is changed
    FaceCrop face = spread(seed, policy);
    double[] labels = new double[136];
    // When
    new Augmentation(AugmentationSpec.NONE.with(Change.BOX_JITTER, 0.1), SCHEME, policy, SIZE)
        .apply(
            face,
            new byte[3 * CONTEXT * CONTEXT],
            new SplittableRandom(seed),
            new float[3 * SIZE * SIZE],
            labels);
    // Then labels have moved and stretched along each axis, and a square stays one
    double[] before = face.labels();
    double stretchX = (labels[20] - labels[0]) / (before[20] - before[0]);
    double stretchY = (labels[21] - labels[1]) / (before[21] - before[1]);
    for (int m = 0; m < 68; m++) {
      assertThat(labels[2 * m] - labels[0])
          .isCloseTo(stretchX * (before[2 * m] - before[0]), within(1e-9));
      assertThat(labels[2 * m + 1] - labels[1])
          .isCloseTo(stretchY * (before[2 * m + 1] - before[1]), within(1e-9));
    }
    assertThat(stretchX).isBetween(1 / 1.25, 1.25).isNotEqualTo(1);
    if (policy == CropPolicy.SQUARE_V1) {
      assertThat(stretchY).isCloseTo(stretchX, within(1e-9));
    }
  }

  @Property(tries = 30)
  void raisesPixelsToAPowerWithGamma(@ForAll long seed) {
    // Given
    float[] before = changed(AugmentationSpec.NONE, seed);
    // When
    float[] after = changed(AugmentationSpec.NONE.with(Change.GAMMA, 1), seed);
    // Then there is one exponent, within its range
    double exponent = Math.log(after[0]) / Math.log(before[0]);
    assertThat(exponent).isBetween(0.499, 2.001);
    for (int i = 0; i < before.length; i++) {
      assertThat((double) after[i]).isCloseTo(Math.pow(before[i], exponent), within(5e-3));
    }
  }

  @Property(tries = 30)
  void addsNoiseThatIsNoShift(@ForAll long seed) {
    // Given
    float[] before = changed(AugmentationSpec.NONE, seed);
    // When
    float[] after = changed(AugmentationSpec.NONE.with(Change.NOISE, 0.1), seed);
    // Then
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < before.length; i++) {
      sum += after[i] - before[i];
      squares += Math.pow(after[i] - before[i], 2);
    }
    double deviation = Math.sqrt(squares / before.length);
    assertThat(deviation).isBetween(0.0, 0.11);
    assertThat(sum / before.length).isCloseTo(0, within(0.005));
  }

  @Property(tries = 30)
  void blursWithoutChangingTheMean(@ForAll long seed) {
    // Given
    float[] before = changed(AugmentationSpec.NONE, seed);
    // When
    float[] after = changed(AugmentationSpec.NONE.with(Change.BLUR, 0.05), seed);
    // Then
    assertThat(mean(after)).isCloseTo(mean(before), within(0.02));
    assertThat(roughness(after)).isLessThanOrEqualTo(roughness(before));
  }

  @Example
  void blursASpotToAGaussian() {
    // Given
    float[] planes = new float[3 * SIZE * SIZE];
    planes[SIZE * SIZE + 32 * SIZE + 30] = 1;
    // When
    GaussianBlur.apply(2, SIZE, planes);
    // Then
    for (int[] at : new int[][] {{30, 32}, {31, 32}, {30, 34}, {28, 35}}) {
      double distance = Math.pow(at[0] - 30, 2) + Math.pow(at[1] - 32, 2);
      assertThat((double) planes[SIZE * SIZE + at[1] * SIZE + at[0]])
          .isCloseTo(Math.exp(-distance / 8) / (8 * Math.PI), within(2e-4));
    }
    assertThat(planes[32 * SIZE + 30]).isZero();
  }

  @Property(tries = 30)
  void changesThatAreOffDrawNothing(@ForAll long seed) {
    // Given what was drawn before a change was there
    AugmentationSpec with = AugmentationSpec.DEFAULT.with(Change.NOISE, 1e-9);
    // Then geometry and light stay the same beside it
    double[] labels = new double[136];
    double[] others = new double[136];
    apply(AugmentationSpec.DEFAULT, seed, labels);
    apply(with, seed, others);
    assertThat(others).containsExactly(labels);
  }

  private static float[] changed(AugmentationSpec spec, long seed) {
    return apply(spec, seed, new double[136]);
  }

  /** A picture of random waves in [0.2, 0.8], changed. */
  private static float[] apply(AugmentationSpec spec, long seed, double[] labels) {
    byte[] context = new byte[3 * CONTEXT * CONTEXT];
    for (int i = 0; i < context.length; i++) {
      context[i] = (byte) Math.round(127 + 70 * Math.sin(0.7 * i + seed % 100));
    }
    float[] pixels = new float[3 * SIZE * SIZE];
    new Augmentation(spec, SCHEME, CropPolicy.SQUARE_V1, SIZE)
        .apply(spread(seed), context, new SplittableRandom(seed), pixels, labels);
    return pixels;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double roughness(float[] values) {
    double sum = 0;
    for (int i = 1; i < values.length; i++) {
      sum += Math.abs(values[i] - values[i - 1]);
    }
    return sum;
  }

  private static FaceCrop spread(long seed) {
    return spread(seed, CropPolicy.SQUARE_V1);
  }

  /** A face whose points all differ. */
  private static FaceCrop spread(long seed, CropPolicy policy) {
    SplittableRandom random = new SplittableRandom(seed);
    Landmarks points = Landmarks.of(random.doubles(136, 100, 300).toArray());
    Box box = points.boundingBox();
    return new FaceCrop("face", box, policy.region(box), points, new float[3], null);
  }

  /** All points at one place, so that mirroring does not matter. */
  private static FaceCrop face(double x, double y) {
    double[] labels = new double[136];
    for (int m = 0; m < 68; m++) {
      labels[2 * m] = x;
      labels[2 * m + 1] = y;
    }
    CropRegion region = new CropRegion(100, 100, 200, 100);
    Box box = new Box(0, 50, 200, 100);
    return new FaceCrop("face", box, region, region.toImage(labels), new float[3], null);
  }

  /** A soft spot whose centre of mass is at an edge based position. */
  private static void spot(byte[] context, double x, double y) {
    for (int py = 0; py < CONTEXT; py++) {
      for (int px = 0; px < CONTEXT; px++) {
        double distance = Math.pow(px + 0.5 - x, 2) + Math.pow(py + 0.5 - y, 2);
        context[3 * (py * CONTEXT + px)] = (byte) Math.round(255 * Math.exp(-distance / 8));
      }
    }
  }
}
