package dev.facealign.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.landmark.LandmarkScheme;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SmoothFacesTest {
  private static final LandmarkScheme SCHEME = LandmarkScheme.COFW_29;
  private static final int N = 2 * 29;
  private static final int COUNT = 7;

  @ParameterizedTest
  @EnumSource
  void giveBitForBitWhatOneFaceGives(ShapeAlignment alignment) {
    // Given
    double[] faces = faces(COUNT, 4);
    ShapeModel model = model(alignment);
    SmoothFaces block = new SmoothFaces(model, 5);
    double[] smooth = new double[COUNT * N + 3];
    double[] byCoordinate = new double[COUNT * N];
    double[] byLandmark = new double[COUNT * N / 2];

    // When
    block.smooth(faces, COUNT, smooth);
    block.phiPerCoordinate(faces, smooth, COUNT, byCoordinate);
    block.phiPerLandmark(faces, smooth, COUNT, byLandmark);

    // Then
    for (int i = 0; i < COUNT; i++) {
      double[] face = Arrays.copyOfRange(faces, i * N, (i + 1) * N);
      double[] one = model.smooth(face, 5);
      assertThat(Arrays.copyOfRange(smooth, i * N, (i + 1) * N)).isEqualTo(one);
      assertThat(Arrays.copyOfRange(byCoordinate, i * N, (i + 1) * N))
          .isEqualTo(Phi.perCoordinate(face, one));
      assertThat(Arrays.copyOfRange(byLandmark, i * N / 2, (i + 1) * N / 2))
          .isEqualTo(Phi.perLandmark(face, one));
    }

    // Then: phi may lie where the smooth faces lay
    double[] inPlace = smooth.clone();
    block.phiPerLandmark(faces, inPlace, COUNT, inPlace);
    assertThat(Arrays.copyOf(inPlace, COUNT * N / 2)).isEqualTo(byLandmark);
    block.phiPerCoordinate(faces, smooth, COUNT, smooth);
    assertThat(Arrays.copyOf(smooth, COUNT * N)).isEqualTo(byCoordinate);
  }

  @Test
  void refuseWhatHasNoRoom() {
    ShapeModel model = model(ShapeAlignment.NONE);
    assertThatThrownBy(() -> new SmoothFaces(model, model.componentCount() + 1))
        .hasMessageContaining("components: " + (model.componentCount() + 1));
    SmoothFaces block = new SmoothFaces(model, 1);
    assertThatThrownBy(() -> block.smooth(new double[N], 2, new double[2 * N]))
        .hasMessage("faces.length: 58 (expected: >= 116)");
    assertThatThrownBy(() -> block.phiPerLandmark(new double[N], new double[N], 1, new double[5]))
        .hasMessage("phi.length: 5 (expected: >= 29)");
  }

  private static ShapeModel model(ShapeAlignment alignment) {
    double[] training = faces(40, 1);
    ProcrustesMean.Accumulator shapes = new ProcrustesMean.Accumulator(N);
    for (int i = 0; i < 40; i++) {
      shapes.add(Arrays.copyOfRange(training, i * N, (i + 1) * N));
    }
    ShapeModelFitter fitter =
        new ShapeModelFitter(
            SCHEME,
            new ShapeNormalisation(
                FaceCropping.of(CropPolicy.SQUARE_V1),
                alignment == ShapeAlignment.PROCRUSTES ? shapes.mean() : null));
    for (int i = 0; i < 40; i++) {
      fitter.add(Arrays.copyOfRange(training, i * N, (i + 1) * N));
    }
    return fitter.fit();
  }

  private static double[] faces(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] faces = new double[count * N];
    for (int i = 0; i < faces.length; i++) {
      double about = (i % N) * 7 % 13 / 13.0 - 0.5;
      faces[i] = about + random.nextDouble(-0.1, 0.1);
    }
    return faces;
  }
}
