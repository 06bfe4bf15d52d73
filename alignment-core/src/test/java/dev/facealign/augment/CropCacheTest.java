package dev.facealign.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.fault.FaultException;
import dev.facealign.image.CropSampler;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CropCacheTest {

  private static final int SIZE = 64;

  @TempDir Path root;

  @Test
  void keepsTheCropThatInferenceWouldCut() {
    // Given
    FaceDataset faces = RenderedFaces.in(root, 2);
    CropCache cache = load(faces, Long.MAX_VALUE);
    float[] kept = new float[3 * SIZE * SIZE];
    float[] cut = new float[3 * SIZE * SIZE];
    for (int i = 0; i < cache.size(); i++) {
      // When
      cache.centre(i, kept);
      // Then
      CropSampler.sample(
          new ImageDecoder(ImageLimits.DEFAULT).decode(faces.faces().get(i).readEncodedPicture()),
          cache.face(i).region().cropToImage(SIZE),
          SIZE,
          cut,
          0);
      assertThat(kept).containsExactly(cut, within(0.51f / 255));
    }
  }

  @Test
  void readsFacesBeyondItsMemoryAgain() {
    // Given
    FaceDataset faces = RenderedFaces.in(root, 3);
    CropCache all = load(faces, Long.MAX_VALUE);
    // When
    CropCache none = load(faces, 0);
    // Then
    for (int i = 0; i < all.size(); i++) {
      assertThat(none.context(i)).isEqualTo(all.context(i));
      assertThat(none.context(i)).isNotSameAs(none.context(i));
      assertThat(all.context(i)).isSameAs(all.context(i));
    }
  }

  @Test
  void refusesAFaceWhosePictureCannotBeReadByName() throws IOException {
    // Given
    FaceDataset faces = RenderedFaces.in(root, 3);
    Files.writeString(root.resolve("faces/rendered/trainset/face_00002.jpg"), "no picture");
    // Then
    assertThatThrownBy(() -> load(faces, Long.MAX_VALUE))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> assertThat(fault.reason()).isEqualTo(CropCache.FACE_UNREADABLE))
        .hasMessageContaining("rendered/trainset/face_00002");
  }

  @Test
  void stopsReadingWhenTold() {
    FaceDataset faces = RenderedFaces.in(root, 2);
    assertThat(
            CropCache.load(
                faces.faces(),
                FaceCropping.of(CropPolicy.SQUARE_V1),
                SIZE,
                Long.MAX_VALUE,
                () -> true))
        .isEmpty();
  }

  private static CropCache load(FaceDataset faces, long mostBytes) {
    return CropCache.load(
            faces.faces(), FaceCropping.of(CropPolicy.SQUARE_V1), SIZE, mostBytes, () -> false)
        .orElseThrow();
  }
}
