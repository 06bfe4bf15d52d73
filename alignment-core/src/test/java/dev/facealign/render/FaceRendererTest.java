package dev.facealign.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.shape.ComponentPolicy.VarianceShare;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.testkit.Golden;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaceRendererTest {
  private final FaceRenderer renderer = new FaceRenderer();

  @Test
  void theSameSeedGivesTheSameFace() {
    // When
    RenderedFace one = renderer.render(42, 96);
    RenderedFace again = new FaceRenderer().render(42, 96);

    // Then
    assertThat(again.landmarks()).isEqualTo(one.landmarks());
    assertThat(pixels(again.image())).isEqualTo(pixels(one.image()));
  }

  @Test
  void otherSeedsGiveOtherFaces() {
    // When
    Set<Landmarks> faces = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      faces.add(renderer.render(seed, 32).landmarks());
    }

    // Then
    assertThat(faces).hasSize(100);
  }

  @Test
  void aFaceLeavesRoomForTheCropAndItsAugmentation() {
    for (int seed = 0; seed < 300; seed++) {
      // When
      Landmarks face = renderer.render(seed, 64).landmarks();
      Box box = face.boundingBox();

      // Then
      assertThat(box.longerSide() / 64).isBetween(0.49, 0.61);
      assertThat(CropPolicy.SQUARE_V1.region(box))
          .satisfies(
              region -> {
                assertThat(region.centreX() - region.width() / 2).isGreaterThan(-0.1 * 64);
                assertThat(region.centreY() + region.height() / 2).isLessThan(1.1 * 64);
              });
    }
  }

  @Test
  void pointsScaleWithThePicture() {
    // When
    Landmarks small = renderer.render(9, 100).landmarks();
    Landmarks large = renderer.render(9, 200).landmarks();

    // Then
    for (int m = 0; m < small.count(); m++) {
      assertThat(large.x(m)).isCloseTo(2 * small.x(m), within(1e-9));
      assertThat(large.y(m)).isCloseTo(2 * small.y(m), within(1e-9));
    }
  }

  @Test
  void facesVaryInManyWays() {
    // When
    ShapeModel model = model(400);

    // Then: real faces need 11 components for 97 % of their variance (METHOD 2)
    assertThat(model.components(new VarianceShare(0.97))).isBetween(6, 25);
  }

  @Test
  void theMeanFaceIsThatOfRealAnnotators() {
    // Given
    double[] real = Golden.numbers(Golden.acr().getAsJsonArray("mean"));

    // When
    double[] drawn = model(400).mean();

    // Then: within 5 % of the crop's side for every point
    LandmarkScheme scheme = LandmarkScheme.IBUG_68;
    double sum = 0;
    for (int m = 0; m < scheme.count(); m++) {
      double distance = Math.hypot(drawn[2 * m] - real[2 * m], drawn[2 * m + 1] - real[2 * m + 1]);
      assertThat(distance).as("point %s", m).isLessThan(0.05);
      sum += distance;
    }
    assertThat(sum / scheme.count()).isLessThan(0.025);
  }

  @Test
  void refusesAPictureTooSmallForAFace() {
    assertThatThrownBy(() -> renderer.render(1, 31))
        .isInstanceOf(FaultException.class)
        .hasMessage("sizePx: 31 (expected: >= 32)");
  }

  private ShapeModel model(int faces) {
    ShapeModelFitter fitter = new ShapeModelFitter(LandmarkScheme.IBUG_68, CropPolicy.SQUARE_V1);
    for (int seed = 0; seed < faces; seed++) {
      Landmarks face = renderer.render(seed, 32).landmarks();
      fitter.add(CropPolicy.SQUARE_V1.region(face.boundingBox()).toLabels(face));
    }
    return fitter.fit();
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
