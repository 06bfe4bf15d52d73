package dev.facealign.platform.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.shape.ProcrustesMean;
import dev.facealign.shape.ShapeAlignment;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.shape.ShapeNormalisation;
import dev.facealign.v1.DatasetFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredShapeModelsTest {

  @TempDir Path root;

  @Test
  void givesBackThePublishedModelByVersionAndPrefix() {
    // Given
    StoredShapeModels stored = new StoredShapeModels(new LocalArtifactStore(root));
    dev.facealign.v1.ShapeModel message = message(model(1));

    // When
    StoredShapeModel published = stored.publish(message);
    StoredShapeModel again = stored.publish(message.toBuilder().setVersion("anything").build());
    StoredShapeModel read = stored.read(published.version().substring(0, 8));

    // Then
    assertThat(again.version()).isEqualTo(published.version());
    assertThat(again.publishedAt()).isEqualTo(published.publishedAt());
    assertThat(stored.versions()).containsExactly(published.version());
    assertThat(read.message())
        .isEqualTo(message.toBuilder().setVersion(published.version()).build());
    assertThat(read.model().mean()).isEqualTo(model(1).mean());
    assertThat(read.model().eigenvalues()).isEqualTo(model(1).eigenvalues());
    assertThat(read.model().eigenvectors()).isDeepEqualTo(model(1).eigenvectors());
    assertThat(read.model().cropPolicy()).isEqualTo(CropPolicy.STRETCH_V1);
    assertThat(read.model().scheme()).isEqualTo(LandmarkScheme.COFW_29);
  }

  @Test
  void givesBackHowFacesWereNormalised() {
    // Given: a scheme of a user's own, jittered boxes, alignment
    LandmarkScheme scheme =
        new LandmarkScheme(
            "mine",
            new int[] {1, 0, 2},
            new LandmarkScheme.PointPair(0, 1),
            null,
            List.of(new LandmarkScheme.FaceRegion("all", new int[] {0, 1, 2}, true)));
    ShapeNormalisation normalisation =
        new ShapeNormalisation(
            new FaceCropping(CropPolicy.SQUARE_V1, new BoxSource.Jittered(0.1, 0.2, 7)),
            new ProcrustesMean(new double[] {-0.3, -0.2, 0.3, -0.2, 0, 0.4}));
    ShapeModelFitter fitter = new ShapeModelFitter(scheme, normalisation);
    Random random = new Random(4);
    for (int face = 0; face < 6; face++) {
      fitter.add(random.doubles(6, -0.5, 0.5).toArray());
    }
    dev.facealign.v1.ShapeModel message = message(fitter.fit());

    // When
    ShapeModel read = ShapeModelContract.shapeModel(message);

    // Then
    assertThat(read.scheme()).isEqualTo(scheme);
    assertThat(read.normalisation().cropping()).isEqualTo(normalisation.cropping());
    assertThat(read.normalisation().alignment()).isEqualTo(ShapeAlignment.PROCRUSTES);
    double[] face = {-0.2, -0.2, 0.3, -0.1, 0, 0.5};
    assertThat(read.smooth(face, 1)).isEqualTo(fitter.fit().smooth(face, 1));
    assertThat(message(read)).isEqualTo(message);

    // Then: parts that contradict each other are refused
    assertThatThrownBy(
            () -> ShapeModelContract.shapeModel(message.toBuilder().clearProcrustesMean().build()))
        .hasMessage("procrustes_mean: 0 numbers (expected: 6, as the mean has)");
    assertThatThrownBy(
            () -> ShapeModelContract.shapeModel(message.toBuilder().clearAlignment().build()))
        .hasMessage("procrustes_mean: 6 numbers (expected: none without alignment)");
  }

  @Test
  void refusesBytesThatWereChangedOnDisk() throws IOException {
    // Given
    StoredShapeModels stored = new StoredShapeModels(new LocalArtifactStore(root));
    String version = stored.publish(message(model(2))).version();
    Path file = root.resolve("shape-models").resolve(version).resolve("shape-model.pb");
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);

    // When, Then
    assertThatThrownBy(() -> stored.read(version))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.DATA_LOSS);
              assertThat(fault)
                  .hasMessageContaining("shape-model.pb")
                  .hasMessageContaining(version);
            });
  }

  @Test
  void refusesNumbersThatDoNotFitTogether() {
    dev.facealign.v1.ShapeModel message =
        message(model(3)).toBuilder().addEigenvectors(0.5).build();
    assertThatThrownBy(() -> ShapeModelContract.shapeModel(message))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("eigenvectors: ");
  }

  private static dev.facealign.v1.ShapeModel message(ShapeModel model) {
    return ShapeModelContract.toProto(model, DatasetFingerprint.getDefaultInstance());
  }

  private static ShapeModel model(long seed) {
    Random random = new Random(seed);
    ShapeModelFitter fitter =
        new ShapeModelFitter(LandmarkScheme.byId("29"), CropPolicy.STRETCH_V1);
    for (int face = 0; face < 5; face++) {
      fitter.add(random.doubles(58, -0.5, 0.5).toArray());
    }
    return fitter.fit();
  }
}
