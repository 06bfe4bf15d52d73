package dev.facealign.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.landmark.Landmarks;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderedDatasetTest {
  @TempDir Path root;

  @Test
  void isADatasetLikeAnyOther() {
    // When
    RenderedDataset.write(root.resolve("faces"), 5, 3, 64, 1);

    // Then
    DatasetCatalog catalog = new DatasetCatalog(root);
    FaceDataset train = catalog.open("faces", "train", "68");
    FaceDataset test = catalog.open("faces", "test", "68");
    assertThat(train.faces())
        .extracting(FaceSample::id)
        .startsWith("rendered/trainset/face_00001")
        .hasSize(5);
    assertThat(test.faces()).hasSize(3);
    ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    assertThat(decoder.decode(train.faces().get(4).readEncodedPicture()).width()).isEqualTo(64);
  }

  @Test
  void trainingAndTestFacesDiffer() {
    // When
    RenderedDataset.write(root.resolve("faces"), 4, 4, 32, 7);

    // Then
    Set<Landmarks> faces = new HashSet<>();
    DatasetCatalog catalog = new DatasetCatalog(root);
    catalog.open("faces", "train", "68").faces().forEach(face -> faces.add(face.landmarks()));
    catalog.open("faces", "test", "68").faces().forEach(face -> faces.add(face.landmarks()));
    assertThat(faces).hasSize(8);
  }

  @Test
  void theSameSeedGivesTheSameDataset() {
    // When
    RenderedDataset.write(root.resolve("one"), 2, 0, 32, 3);
    RenderedDataset.write(root.resolve("two"), 2, 0, 32, 3);

    // Then
    DatasetCatalog catalog = new DatasetCatalog(root);
    assertThat(catalog.open("one", "train", "68").fingerprint())
        .isEqualTo(catalog.open("two", "train", "68").fingerprint());
  }

  @Test
  void theAnnotationsAreTheDrawnPoints() {
    // Given
    RenderedDataset.write(root.resolve("faces"), 1, 0, 64, 0);

    // When
    Landmarks read =
        new DatasetCatalog(root).open("faces", "train", "68").faces().get(0).landmarks();

    // Then
    assertThat(read.toArray())
        .containsExactly(new FaceRenderer().render(1, 64).landmarks().toArray(), within(1e-6));
  }
}
