package dev.facealign.trainer.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.crop.CropRegion;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.trainer.job.AugmentationSpec;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AugmentationTest {

  private static final int SIZE = 64;
  private static final int CONTEXT = CropCache.contextSide(SIZE);
  private static final AugmentationSpec NOTHING = new AugmentationSpec(0, 0, 0, 0, 0, 0, 0, 0);
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
    new Augmentation(NOTHING, SCHEME, SIZE)
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
    AugmentationSpec strong = new AugmentationSpec(0.5, 30, 0.2, 0.1, 0, 0, 0, 0);
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
    new Augmentation(strong, SCHEME, SIZE)
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
    FaceCrop face = new FaceCrop("face", region, points, new float[3], null);
    double[] labels = new double[136];
    // When
    new Augmentation(new AugmentationSpec(1, 0, 0, 0, 0, 0, 0, 0), SCHEME, SIZE)
        .apply(face, new byte[3 * CONTEXT * CONTEXT], random, new float[3 * SIZE * SIZE], labels);
    // Then
    Landmarks expected = points.mirrored(SCHEME, 50);
    assertThat(labels).containsExactly(region.toLabels(expected), within(1e-12));
  }

  @Property(tries = 100)
  void keepsPixelsInTheirRangeAndTheSameSeedGivesTheSame(@ForAll long seed) {
    // Given everything at its strongest
    AugmentationSpec all = new AugmentationSpec(0.5, 180, 0.5, 0.5, 1, 1, 1, 1);
    byte[] context = new byte[3 * CONTEXT * CONTEXT];
    new java.util.Random(seed).nextBytes(context);
    float[] first = new float[3 * SIZE * SIZE];
    float[] second = new float[3 * SIZE * SIZE];
    double[] labels = new double[136];
    Augmentation augmentation = new Augmentation(all, SCHEME, SIZE);
    // When
    augmentation.apply(face(0, 0), context, new SplittableRandom(seed), first, labels);
    augmentation.apply(face(0, 0), context, new SplittableRandom(seed), second, labels);
    // Then
    for (float value : first) {
      assertThat(value).isBetween(0f, 1f);
    }
    assertThat(second).containsExactly(first);
  }

  /** All points at one place, so that mirroring does not matter. */
  private static FaceCrop face(double x, double y) {
    double[] labels = new double[136];
    for (int m = 0; m < 68; m++) {
      labels[2 * m] = x;
      labels[2 * m + 1] = y;
    }
    CropRegion region = new CropRegion(100, 100, 200, 100);
    return new FaceCrop("face", region, region.toImage(labels), new float[3], null);
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
