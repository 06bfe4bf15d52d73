package dev.facealign.platform.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.ShapeAlignment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    assertThatThrownBy(() -> Contracts.shapeModel(message))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("eigenvectors: ");
  }

  private static dev.facealign.v1.ShapeModel message(ShapeModel model) {
    return Contracts.toProto(
        model, ShapeAlignment.SHAPE_ALIGNMENT_NONE, DatasetFingerprint.getDefaultInstance());
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
