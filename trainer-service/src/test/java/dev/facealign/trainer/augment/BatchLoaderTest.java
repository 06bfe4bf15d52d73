package dev.facealign.trainer.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.augment.Augmentation;
import dev.facealign.augment.AugmentationSpec;
import dev.facealign.augment.CropCache;
import dev.facealign.augment.RandomStreams;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchLoaderTest {

  private static final int SIZE = 64;
  private static final AugmentationSpec CHANGES = AugmentationSpec.DEFAULT;

  @TempDir Path root;
  private CropCache cache;
  private FaceDataset faces;

  @BeforeEach
  void readFaces() {
    faces = RenderedFaces.in(root, 7);
    cache =
        CropCache.load(
                faces.faces(),
                FaceCropping.of(CropPolicy.SQUARE_V1),
                SIZE,
                Long.MAX_VALUE,
                () -> false)
            .orElseThrow();
  }

  @Test
  void givesTheSameBatchesWhereverAnEpochIsEntered() {
    // Given
    List<float[]> whole = batches(CHANGES, 2, 0);
    // When
    List<float[]> rest = batches(CHANGES, 2, 1);
    // Then
    assertThat(whole).hasSize(3);
    assertThat(rest).hasSize(2);
    assertThat(rest.get(0)).containsExactly(whole.get(1));
    assertThat(rest.get(1)).containsExactly(whole.get(2));
  }

  @Test
  void changesFacesAnewInEveryEpoch() {
    assertThat(batches(CHANGES, 1, 0).get(0)).isNotEqualTo(batches(CHANGES, 2, 0).get(0));
  }

  @Test
  void showsAFaceAtMostOnceAnEpoch() {
    // Given no changes, so that a face is known by its first label
    AugmentationSpec none = AugmentationSpec.NONE;
    // When
    List<Float> shown = new ArrayList<>();
    for (float[] labels : batches(none, 1, 0)) {
      shown.add(labels[0]);
      shown.add(labels[136]);
    }
    // Then
    assertThat(shown).hasSize(6);
    assertThat(new HashSet<>(shown)).hasSize(6);
  }

  /** Labels of the batches of two faces of an epoch. */
  private List<float[]> batches(AugmentationSpec changes, int epoch, int first) {
    List<float[]> all = new ArrayList<>();
    try (BatchLoader loader =
            new BatchLoader(
                cache,
                new Augmentation(changes, faces.scheme(), CropPolicy.SQUARE_V1, SIZE),
                new RandomStreams(1),
                2);
        BatchLoader.Epoch batches = loader.epoch(epoch, first, null)) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        float[] labels = new float[2 * 136];
        batch.labels().asFloatBuffer().get(labels);
        all.add(labels);
      }
    }
    return all;
  }
}
