package dev.facealign.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.facealign.crop.CropPolicy;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeNormalisation;
import dev.facealign.testkit.Golden;
import dev.facealign.trainer.job.AcrLossSpec.PhiUnit;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmoothFacePhiTest {

  private static final LandmarkScheme TWO_POINTS =
      new LandmarkScheme("two", new int[] {0, 1}, null, null, List.of());

  @Test
  void isZeroForAFaceThatTheModelExpresses() {
    // Given a face on the model's only axis
    ShapeModel model =
        new ShapeModel(
            TWO_POINTS,
            ShapeNormalisation.of(CropPolicy.SQUARE_V1),
            new double[] {0.1, 0.2, 0.3, 0.4},
            new double[] {1},
            new double[][] {{1, 0, 0, 0}});
    FloatBuffer phi = FloatBuffer.allocate(4);
    // When
    new SmoothFacePhi(model, 1, PhiUnit.COORDINATE).write(new double[] {0.5, 0.2, 0.3, 0.4}, phi);
    // Then 0 / 0 is 0
    assertThat(phi.array()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void givesBothCoordinatesOfALandmarkItsPhi() {
    // Given a model that expresses no second point
    ShapeModel model =
        new ShapeModel(
            TWO_POINTS,
            ShapeNormalisation.of(CropPolicy.SQUARE_V1),
            new double[] {0, 0, 0, 0},
            new double[] {1},
            new double[][] {{1, 0, 0, 0}});
    FloatBuffer phi = FloatBuffer.allocate(4);
    // When
    new SmoothFacePhi(model, 1, PhiUnit.LANDMARK).write(new double[] {0.1, 0.2, 0.3, 0}, phi);
    // Then
    float first = (float) (0.2 / 0.3);
    assertThat(phi.array()).containsExactly(first, first, 1, 1);
  }

  @Test
  void agreesWithReferenceValues() {
    // Given
    JsonObject golden = Golden.acr();
    double[] faces = Golden.numbers(golden.getAsJsonArray("faces"));
    double[] vectors = Golden.numbers(golden.getAsJsonArray("eigenvectors_first_12"));
    int n = 136;
    double[][] eigenvectors = new double[12][];
    for (int i = 0; i < eigenvectors.length; i++) {
      eigenvectors[i] = Arrays.copyOfRange(vectors, i * n, (i + 1) * n);
    }
    ShapeModel model =
        new ShapeModel(
            LandmarkScheme.IBUG_68,
            ShapeNormalisation.of(CropPolicy.SQUARE_V1),
            Golden.numbers(golden.getAsJsonArray("mean")),
            Arrays.copyOf(Golden.numbers(golden.getAsJsonArray("eigenvalues")), 12),
            eigenvectors);
    for (JsonElement element : golden.getAsJsonArray("cases")) {
      JsonObject one = element.getAsJsonObject();
      SmoothFacePhi phi =
          new SmoothFacePhi(model, one.get("components").getAsInt(), PhiUnit.COORDINATE);
      FloatBuffer written = FloatBuffer.allocate(faces.length);
      // When: one face, then the others at once
      phi.write(Arrays.copyOf(faces, n), written);
      phi.write(Arrays.copyOfRange(faces, n, faces.length), written);
      // Then
      double[] expected = Golden.numbers(one.getAsJsonArray("phi_per_coordinate"));
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) written.get(i))
            .isCloseTo(expected[i], org.assertj.core.api.Assertions.within(1e-6));
      }
    }
  }
}
