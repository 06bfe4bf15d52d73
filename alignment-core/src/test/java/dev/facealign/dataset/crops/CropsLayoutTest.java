package dev.facealign.dataset.crops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.CollectedFaces;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.FaceSink;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CropsLayoutTest {
  private final CropsLayout layout = new CropsLayout();

  @TempDir Path folder;

  @Test
  void readsCropsOfTheTopFolderAsTrain() throws IOException {
    // Given
    crop("", "b", 68, "jpg");
    crop("", "a", 68, "PNG");
    crop("", "without", 68, "txt");

    // When
    List<FaceSample> faces = read("train");

    // Then
    assertThat(layout.evidence(folder)).contains("annotations");
    assertThat(layout.splits(folder)).containsExactly("train");
    assertThat(faces)
        .extracting(FaceSample::id)
        .containsExactly("train/a", "train/b", "train/without");
    assertThat(faces).extracting(FaceSample::hasPicture).containsExactly(true, true, false);
    assertThat(faces.get(1).annotation()).isEqualTo("crops/annotations/b.npy");
    assertThat(faces.get(1).readEncodedPicture()).asString().isEqualTo("picture of b");
    assertThat(faces.get(1).landmarks().x(1)).isEqualTo(2);
    assertThat(faces.get(1).box()).isEmpty();
    assertThatThrownBy(() -> faces.get(2).readEncodedPicture())
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.NOT_FOUND))
        .hasMessageContaining("train/without");
  }

  @Test
  void readsSplitsFromTheirFolders() throws IOException {
    // Given
    crop("train/", "a", 68, "jpg");
    crop("test/", "a", 68, "jpg");
    crop("", "forgotten", 68, "jpg");

    // Then: where there is a folder train, it is the split
    assertThat(layout.evidence(folder)).contains("test/annotations");
    assertThat(layout.splits(folder)).containsExactly("test", "train");
    assertThat(read("train")).extracting(FaceSample::id).containsExactly("train/a");
    assertThat(read("all")).extracting(FaceSample::id).containsExactly("test/a", "train/a");
    assertThat(layout.open(folder, "crops", "all", LandmarkScheme.IBUG_68).total()).isEqualTo(2);
  }

  @Test
  void goesOnAfterAWrongAnnotation() throws IOException {
    // Given
    crop("", "a", 29, "jpg");
    crop("", "b", 68, "jpg");
    List<String> ids = new ArrayList<>();
    List<String> faults = new ArrayList<>();

    // When
    layout
        .open(folder, "crops", "train", LandmarkScheme.IBUG_68)
        .read(
            new FaceSink() {
              @Override
              public void face(FaceSample face) {
                ids.add(face.id());
              }

              @Override
              public void fault(FaultException fault) {
                faults.add(fault.getMessage());
              }
            });

    // Then
    assertThat(ids).containsExactly("train/b");
    assertThat(faults)
        .containsExactly(
            "crops/annotations/a.npy: shape (58,) (expected: (136,) or (68, 2) for x and y of 68"
                + " points)");
  }

  @Test
  void leavesOtherFoldersAlone() throws IOException {
    // Given: macOS's shadow files, an empty folder, a folder without annotations
    Files.createDirectories(folder.resolve("annotations"));
    Files.writeString(folder.resolve("annotations/._a.npy"), "");
    Files.createDirectories(folder.resolve("test/annotations"));
    Files.createDirectories(folder.resolve("notes"));

    // Then
    assertThat(layout.evidence(folder)).isEmpty();
    assertThat(layout.splits(folder)).isEmpty();
    assertThatThrownBy(() -> read("train"))
        .hasMessageContaining("split train has no faces")
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.reason()).isEqualTo("SPLIT_EMPTY"));
    assertThatThrownBy(() -> read("../other"))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT));
  }

  @Test
  void onlySplitsThatCanBeOpenedAreListed() throws IOException {
    // Given
    crop("Photos 2020/", "a", 68, "jpg");
    crop("all/", "b", 68, "jpg");
    crop("test/", "c", 68, "jpg");

    // Then
    assertThat(layout.splits(folder)).containsExactly("test");
    assertThat(read("all")).hasSize(3);
    assertThat(open("all").remarks())
        .containsExactly("folders that cannot be named as splits: Photos 2020, all");
    assertThat(open("test").remarks()).isEmpty();
  }

  @Test
  void ofTwoPicturesTheJpegIsTaken() throws IOException {
    // Given
    crop("", "a", 68, "jpg");
    Files.writeString(folder.resolve("images/a.png"), "another");

    // Then
    assertThat(read("train").get(0).readEncodedPicture()).asString().isEqualTo("picture of a");
  }

  @Test
  void twoAnnotationsOfOneNameAreAFault() throws IOException {
    // Given
    crop("", "a", 68, "jpg");
    Files.copy(folder.resolve("annotations/a.npy"), folder.resolve("annotations/a.NPY"));

    // When
    CollectedFaces read = CollectedFaces.of(open("train"));

    // Then
    assertThat(read.faces()).extracting(FaceSample::id).containsExactly("train/a");
    assertThat(read.faults())
        .containsExactly("crops/annotations/a.npy: a second annotation of a (expected: one)");
  }

  @Test
  void linksThatLeadOutAreNotFollowed(@TempDir Path elsewhere) throws IOException {
    // Given
    crop("", "a", 68, "jpg");
    crop("", "b", 68, "txt");
    Files.copy(folder.resolve("annotations/a.npy"), elsewhere.resolve("c.npy"));
    Files.writeString(elsewhere.resolve("b.jpg"), "secret");
    Files.createSymbolicLink(folder.resolve("images/b.jpg"), elsewhere.resolve("b.jpg"));
    Files.createSymbolicLink(folder.resolve("annotations/c.npy"), elsewhere.resolve("c.npy"));
    Files.createDirectories(folder.resolve("test"));
    Files.createSymbolicLink(folder.resolve("test/annotations"), elsewhere);

    // When
    CollectedFaces read = CollectedFaces.of(open("all"));

    // Then
    assertThat(layout.splits(folder)).containsExactly("train");
    assertThat(read.faces()).extracting(FaceSample::id).containsExactly("train/a");
    assertThat(read.faults())
        .containsExactly(
            "crops/annotations/b.npy: b.jpg by a symbolic link (expected: a file within the"
                + " dataset)",
            "crops/annotations/c.npy: c.npy by a symbolic link (expected: a file within the"
                + " dataset)");
    assertThat(open("all").remarks())
        .containsExactly("left out, for they lie outside of the dataset: test/annotations");
  }

  private SplitReader open(String split) {
    return layout.open(folder, "crops", split, LandmarkScheme.IBUG_68);
  }

  private List<FaceSample> read(String split) {
    List<FaceSample> faces = new ArrayList<>();
    layout.open(folder, "crops", split, LandmarkScheme.IBUG_68).read(FaceSink.strict(faces::add));
    return faces;
  }

  /** Points of the coordinates 0, 1, 2, ... */
  private void crop(String prefix, String name, int points, String extension) throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + 2 * points + ",), }\n";
    ByteBuffer npy =
        ByteBuffer.allocate(10 + header.length() + 8 * points).order(ByteOrder.LITTLE_ENDIAN);
    npy.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    npy.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 2 * points; i++) {
      npy.putFloat(i);
    }
    Path annotations = Files.createDirectories(folder.resolve(prefix + "annotations"));
    Path images = Files.createDirectories(folder.resolve(prefix + "images"));
    Files.write(annotations.resolve(name + ".npy"), npy.array());
    Files.writeString(images.resolve(name + "." + extension), "picture of " + name);
  }
}
