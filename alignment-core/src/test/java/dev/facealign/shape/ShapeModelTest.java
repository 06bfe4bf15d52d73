package dev.facealign.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.facealign.crop.CropPolicy;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.dataset.pts.PtsFile;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.shape.ComponentPolicy.ComponentShare;
import dev.facealign.shape.ComponentPolicy.VarianceShare;
import dev.facealign.testkit.Golden;
import dev.facealign.testkit.SharedDatasets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeModelTest {
  private static final LandmarkScheme SCHEME = LandmarkScheme.IBUG_68;
  private static final LandmarkScheme ONE_POINT =
      new LandmarkScheme("one", new int[] {0}, null, null, List.of());

  @Test
  void agreesWithTheReferenceValues() {
    // Given
    JsonObject golden = Golden.acr();
    Path shapes = SharedDatasets.require("300w-train-shapes");
    ShapeModelFitter fitter = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);

    // When
    for (JsonElement file : golden.getAsJsonArray("training_files")) {
      fitter.add(labels(PtsFile.read(shapes.resolve(file.getAsString()), SCHEME.count())));
    }
    ShapeModel model = fitter.fit();

    // Then
    assertThat(model.mean()).containsExactly(numbers(golden, "mean"), within(1e-9));
    double[] eigenvalues = numbers(golden, "eigenvalues");
    assertThat(DoubleStream.of(model.eigenvalues()).limit(eigenvalues.length).toArray())
        .containsExactly(eigenvalues, within(1e-9));
    JsonArray eigenvectors = golden.getAsJsonArray("eigenvectors_first_12");
    for (int i = 0; i < eigenvectors.size(); i++) {
      assertThat(model.eigenvectors()[i])
          .as("eigenvector %s", i)
          .containsExactly(Golden.numbers(eigenvectors.get(i).getAsJsonArray()), within(1e-9));
    }
    for (JsonElement item : golden.getAsJsonArray("cases")) {
      assertSmoothFaces(golden, item.getAsJsonObject(), model);
    }
  }

  private static void assertSmoothFaces(JsonObject golden, JsonObject item, ShapeModel model) {
    int components = model.components(new VarianceShare(item.get("share").getAsDouble()));
    assertThat(components).isEqualTo(item.get("components").getAsInt());
    JsonArray faces = golden.getAsJsonArray("faces");
    for (int i = 0; i < faces.size(); i++) {
      double[] face = Golden.numbers(faces.get(i).getAsJsonArray());
      double[] smooth = model.smooth(face, components);
      assertThat(smooth).containsExactly(row(item, "smooth", i), within(1e-9));
      assertThat(Phi.perCoordinate(face, smooth))
          .containsExactly(row(item, "phi_per_coordinate", i), within(1e-9));
      assertThat(Phi.perLandmark(face, smooth))
          .containsExactly(row(item, "phi_per_landmark", i), within(1e-9));
    }
  }

  @ParameterizedTest
  @CsvSource({"0.80, 2, 109", "0.85, 3, 116", "0.90, 4, 123", "0.95, 7, 130", "0.97, 11, 132"})
  void keepsTheComponentsTheLiteratureReports(double share, int byVariance, int byCount) {
    // Given: all 3148 training faces, stretched, as the published code has them
    SharedDatasets.require("300w-train-shapes");
    ShapeModel model = AllTrainingShapes.MODEL;

    // Then
    assertThat(model.componentCount()).isEqualTo(136);
    assertThat(model.components(new VarianceShare(share))).isEqualTo(byVariance);
    assertThat(model.components(new ComponentShare(share))).isEqualTo(byCount);
  }

  /** Read once for all cases. */
  private static final class AllTrainingShapes {
    static final ShapeModel MODEL = fit();

    private static ShapeModel fit() {
      ShapeModelFitter fitter = new ShapeModelFitter(SCHEME, CropPolicy.STRETCH_V1);
      for (FaceSample face :
          new DatasetCatalog(SharedDatasets.root())
              .open("300w-train-shapes", "train", "68")
              .faces()) {
        Landmarks points = face.landmarks();
        fitter.add(CropPolicy.STRETCH_V1.region(points.boundingBox()).toLabels(points));
      }
      return fitter.fit();
    }
  }

  @Test
  void eigenvectorsAreUnitOrthogonalAndSigned() {
    // Given
    ShapeModel model = randomModel(300, 40);

    // Then
    double[][] vectors = model.eigenvectors();
    for (int i = 0; i < vectors.length; i++) {
      for (int j = 0; j <= i; j++) {
        assertThat(dot(vectors[i], vectors[j])).isCloseTo(i == j ? 1 : 0, within(1e-10));
      }
      double largest = DoubleStream.of(vectors[i]).map(Math::abs).max().orElseThrow();
      assertThat(vectors[i]).contains(largest);
    }
  }

  @Test
  void hasNoMoreComponentsThanFacesLessOne() {
    // When: 5 faces span 4 directions
    ShapeModel model = randomModel(5, 1_000);

    // Then
    assertThat(model.componentCount()).isEqualTo(4);
    assertThat(model.components(new VarianceShare(1))).isEqualTo(4);
    assertThat(model.components(new ComponentShare(1))).isEqualTo(4);
  }

  @Test
  void duplicatesHaveNoComponentsAndThePhiOfTheirFaceIsZero() {
    // Given
    double[] face = randomFace(new SplittableRandom(1), 1);
    ShapeModelFitter fitter = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);
    for (int i = 0; i < 7; i++) {
      fitter.add(face);
    }

    // When
    ShapeModel model = fitter.fit();
    double[] smooth = model.smooth(face, model.components(new VarianceShare(0.9)));

    // Then
    assertThat(model.componentCount()).isZero();
    assertThat(smooth).containsExactly(face, within(1e-12));
    assertThat(Phi.perCoordinate(face, face)).containsOnly(0.0);
    assertThat(Phi.perLandmark(face, face)).containsOnly(0.0);
  }

  @Test
  void allComponentsExpressATrainingFace() {
    // Given
    SplittableRandom random = new SplittableRandom(3);
    ShapeModel model = randomModel(200, 60);
    double[] face = model.mean();
    double[][] vectors = model.eigenvectors();
    double[] eigenvalues = model.eigenvalues();
    for (int i = 0; i < vectors.length; i++) {
      double b = random.nextDouble(-2.9, 2.9) * Math.sqrt(eigenvalues[i]);
      for (int j = 0; j < face.length; j++) {
        face[j] += b * vectors[i][j];
      }
    }

    // Then
    assertThat(model.smooth(face, model.componentCount())).containsExactly(face, within(1e-9));
  }

  @Test
  void coefficientsAreClippedToThreeStandardDeviations() {
    // Given
    ShapeModel model = model(new double[] {0, 0}, new double[] {4}, new double[][] {{1, 0}});

    // Then
    assertThat(model.smooth(new double[] {100, 5}, 1)).containsExactly(6, 0);
    assertThat(model.smooth(new double[] {-100, 5}, 1)).containsExactly(-6, 0);
    assertThat(model.smooth(new double[] {5.9, 5}, 1)).containsExactly(5.9, 0);
    assertThat(model.smooth(new double[] {5.9, 5}, 0)).containsExactly(0, 0);
  }

  @Test
  void theOrderOfFacesDoesNotMatter() {
    // Given
    double[][] faces = randomFaces(80, 9);
    ShapeModelFitter forwards = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);
    ShapeModelFitter backwards = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);

    // When
    for (int i = 0; i < faces.length; i++) {
      forwards.add(faces[i]);
      backwards.add(faces[faces.length - 1 - i]);
    }

    // Then
    assertThat(backwards.fit().eigenvalues())
        .containsExactly(forwards.fit().eigenvalues(), within(1e-10));
  }

  @Test
  void fittersOfPartsMergeIntoTheFitterOfAll() {
    // Given
    double[][] faces = randomFaces(300, 12);
    ShapeModelFitter all = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);
    ShapeModelFitter first = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);
    ShapeModelFitter second = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);
    for (int i = 0; i < faces.length; i++) {
      all.add(faces[i]);
      (i < 111 ? first : second).add(faces[i]);
    }

    // When
    first.merge(second);

    // Then
    assertThat(first.faces()).isEqualTo(300);
    assertThat(first.fit().mean()).containsExactly(all.fit().mean(), within(1e-14));
    assertThat(first.fit().eigenvalues()).containsExactly(all.fit().eigenvalues(), within(1e-14));
    assertThatThrownBy(
            () -> first.merge(new ShapeModelFitter(LandmarkScheme.COFW_29, CropPolicy.SQUARE_V1)))
        .hasMessage("scheme: 29 (expected: \"68\", as the faces there are)");
  }

  @Test
  void theSameFacesGiveTheSameBits() {
    // Given
    ShapeModel once = randomModel(150, 77);
    ShapeModel again = randomModel(150, 77);

    // Then
    assertThat(again.mean()).isEqualTo(once.mean());
    assertThat(again.eigenvalues()).isEqualTo(once.eigenvalues());
    assertThat(again.eigenvectors()).isDeepEqualTo(once.eigenvectors());
    // Then: also on other machines and with other JIT settings; another EJML may differ
    assertThat(bits(once)).isEqualTo(-1163323043917368076L);
  }

  private static long bits(ShapeModel model) {
    long hash = 17;
    for (double[] numbers : List.of(model.mean(), model.eigenvalues())) {
      for (double number : numbers) {
        hash = 31 * hash + Double.doubleToLongBits(number);
      }
    }
    for (double[] vector : model.eigenvectors()) {
      for (double number : vector) {
        hash = 31 * hash + Double.doubleToLongBits(number);
      }
    }
    return hash;
  }

  @Test
  void facesFarBeyondTheCropAreRefusedWhereTheirCovarianceIsNoNumber() {
    // Given
    ShapeModelFitter fitter = new ShapeModelFitter(ONE_POINT, CropPolicy.SQUARE_V1);
    fitter.add(new double[] {1e300, 0});
    fitter.add(new double[] {-1e300, 0});

    // Then
    assertThatThrownBy(fitter::fit)
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("covariance[0][0]: Infinity");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void needsTwoFaces(int faces) {
    // Given
    ShapeModelFitter fitter = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);
    for (int i = 0; i < faces; i++) {
      fitter.add(randomFace(new SplittableRandom(i), 1));
    }

    // Then
    assertThatThrownBy(fitter::fit)
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> assertThat(fault.kind()).isEqualTo(FaultKind.FAILED_PRECONDITION))
        .hasMessageContaining("faces: " + faces);
  }

  @Test
  void refusesNaNAndTheWrongNumberOfPoints() {
    // Given
    ShapeModelFitter fitter = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);
    double[] broken = new double[136];
    broken[17] = Double.NaN;

    // Then
    assertThatThrownBy(() -> fitter.add(broken)).hasMessageContaining("labels[17]: NaN");
    assertThatThrownBy(() -> fitter.add(new double[58])).hasMessageContaining("58");
    assertThat(fitter.faces()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.000001, Double.NaN})
  void refusesSharesThatAreNone(double share) {
    assertThatThrownBy(() -> new VarianceShare(share)).isInstanceOf(FaultException.class);
    assertThatThrownBy(() -> new ComponentShare(share)).isInstanceOf(FaultException.class);
  }

  @Test
  void refusesNumbersThatDoNotFitTogether() {
    double[] mean = {0, 0};
    assertThatThrownBy(() -> model(mean, new double[] {1, 2}, new double[][] {{1, 0}, {0, 1}}))
        .hasMessageContaining("eigenvalues[1]: 2.0");
    assertThatThrownBy(() -> model(mean, new double[] {1}, new double[][] {{1, 0, 0}}))
        .hasMessageContaining("eigenvectors[0]");
    assertThatThrownBy(() -> model(mean, new double[] {0}, new double[][] {{1, 0}}))
        .hasMessageContaining("> 0");
    assertThatThrownBy(() -> model(new double[] {0, Double.NaN}, new double[0], new double[0][]))
        .hasMessageContaining("mean: NaN");
    assertThatThrownBy(() -> model(new double[4], new double[0], new double[0][]))
        .hasMessage("mean.length: 4 (expected: 2 numbers of the scheme \"one\")");
  }

  private static ShapeModel model(double[] mean, double[] values, double[][] vectors) {
    return new ShapeModel(
        ONE_POINT, ShapeNormalisation.of(CropPolicy.SQUARE_V1), mean, values, vectors);
  }

  private static ShapeModel randomModel(int faces, long seed) {
    ShapeModelFitter fitter = new ShapeModelFitter(SCHEME, CropPolicy.SQUARE_V1);
    for (double[] face : randomFaces(faces, seed)) {
      fitter.add(face);
    }
    return fitter.fit();
  }

  private static double[][] randomFaces(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] faces = new double[count][];
    for (int i = 0; i < count; i++) {
      faces[i] = randomFace(random, 1 + i % 5);
    }
    return faces;
  }

  private static double[] randomFace(SplittableRandom random, double spread) {
    return random.doubles(136, -0.5, 0.5).map(v -> v * spread / 5).toArray();
  }

  private static double[] labels(Landmarks points) {
    return CropPolicy.SQUARE_V1.region(points.boundingBox()).toLabels(points);
  }

  private static double[] numbers(JsonObject object, String name) {
    return Golden.numbers(object.getAsJsonArray(name));
  }

  private static double[] row(JsonObject item, String name, int i) {
    return Golden.numbers(item.getAsJsonArray(name).get(i).getAsJsonArray());
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
