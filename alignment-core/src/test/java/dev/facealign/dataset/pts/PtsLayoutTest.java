package dev.facealign.dataset.pts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.CollectedFaces;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Downloads of 300W differ. */
class PtsLayoutTest {
  private static final LandmarkScheme TWO =
      new LandmarkScheme("two", new int[] {1, 0}, null, null, List.of());

  @TempDir Path root;

  private final PtsLayout layout = new PtsLayout();
  private Path folder = Path.of("");

  @BeforeEach
  void aFolder() {
    folder = root.resolve("300w");
  }

  @Test
  void namesInUpperCaseAndWithBlanks() throws IOException {
    // Given
    face("AFW/1.PTS", "AFW/1.JPG");
    face("iBUG/image_092 _01.pts", "iBUG/image_092_01.jpg");
    face("iBUG/image_092 _02.pts", "iBUG/image_092 _02.jpg");
    face("Helen/TestSet/Grün_1.pts", "Helen/TestSet/GRÜN_1.jpeg");

    // When
    CollectedFaces all = read("all");

    // Then
    assertThat(all.faces()).hasSize(4).allMatch(FaceSample::hasPicture);
    assertThat(read("train").faces()).hasSize(1);
    assertThat(read("common").faces()).hasSize(1);
    assertThat(read("challenging").faces())
        .extracting(FaceSample::pictureId)
        .containsExactly("iBUG/image_092", "iBUG/image_092");
    assertThat(open("train").expectedFaces()).isEqualTo(3148);
    assertThat(layout.splits(folder))
        .containsExactly(
            "train", "common", "challenging", "full", "test", "AFW", "Helen/TestSet", "iBUG");
  }

  @ParameterizedTest
  @CsvSource({
    "afw/100_1, afw/100",
    "afw/100_12_mirror, afw/100",
    "helen/trainset/232194_1, helen/trainset/232194",
    "lfpw/testset/image_0001, lfpw/testset/image_0001",
    "ibug/image_003_1, ibug/image_003",
    "ibug/image_092 _01, ibug/image_092",
    "ibug/image_003, ibug/image_003",
    "mine/photo_1, mine/photo_1",
    "photo_1, photo_1"
  })
  void facesOfOnePictureAreKeptTogether(String id, String pictureId) {
    assertThat(PtsSplitReader.pictureId(id)).isEqualTo(pictureId);
  }

  @Test
  void aFolderAroundTheWholeChangesNothing() throws IOException {
    // Given
    face("ibug_300W/300W/afw/1_1.pts", "ibug_300W/300W/afw/1_1.jpg");
    face("ibug_300W/300W/lfpw/testset/1.pts", "ibug_300W/300W/lfpw/testset/1.png");
    Files.createDirectories(folder.resolve("__MACOSX/afw"));

    // Then
    assertThat(read("train").faces()).extracting(FaceSample::id).containsExactly("afw/1_1");
    assertThat(read("lfpw/testset").faces()).hasSize(1);
    assertThat(open("train").expectedFaces()).isEqualTo(3148);
  }

  @Test
  void mirroredCopiesAreLeftOutAndThatIsSaid() throws IOException {
    // Given
    face("afw/1_1.pts", "afw/1_1.jpg");
    face("afw/1_1_mirror.pts", "afw/1_1_mirror.jpg");
    face("afw/2_mirror.pts", "afw/2_mirror.jpg");

    // When
    SplitReader reader = open("train");

    // Then: one without its original is a face of its own
    assertThat(reader.total()).isEqualTo(2);
    assertThat(reader.remarks()).singleElement().asString().startsWith("1 mirrored copies");
    assertThat(read("train").faces())
        .extracting(FaceSample::id)
        .containsExactly("afw/1_1", "afw/2_mirror");
  }

  @Test
  void inOtherDatasetsMirroredPicturesAreFaces() throws IOException {
    // Given
    face("trainset/1.pts", "trainset/1.jpg");
    face("trainset/1_mirror.pts", "trainset/1_mirror.jpg");

    // Then
    assertThat(read("train").faces())
        .extracting(FaceSample::pictureId)
        .containsExactly("trainset/1", "trainset/1");
    assertThat(open("train").remarks()).isEmpty();
  }

  @Test
  void ofTwoPicturesTheJpegIsTaken() throws IOException {
    // Given
    face("afw/1.pts", "afw/1.png");
    Files.write(folder.resolve("afw/1.jpg"), new byte[] {7});

    // Then
    assertThat(read("afw").faces().get(0).readEncodedPicture()).containsExactly(7);
  }

  @Test
  void twoAnnotationsOfOneNameAreAFault() throws IOException {
    // Given
    face("afw/1.pts", "afw/1.jpg");
    face("afw/1.PTS", "afw/1.jpg");

    // When
    CollectedFaces read = read("afw");

    // Then
    assertThat(read.faces()).hasSize(1);
    assertThat(read.faults())
        .containsExactly("300w/afw/1.pts: a second annotation of 1 (expected: one)");
  }

  @Test
  void facesComeInTheOrderOfTheirNames() throws IOException {
    // Given: names around "/" in the character set
    for (String name :
        List.of("b/1", "a b/1", "a-1/2", "a/2/1", "a/10", "a/2", "a.b/1", "c", "a0")) {
      face(name + ".pts", name + ".jpg");
    }

    // Then
    assertThat(read("all").faces()).extracting(FaceSample::id).isSorted().hasSize(9);
  }

  @Test
  void linksThatLeadBackEnd() throws IOException {
    // Given
    face("a/1.pts", "a/1.jpg");
    Files.createSymbolicLink(folder.resolve("a/up"), folder);

    // Then
    assertThat(read("all").faces()).hasSize(1);
  }

  @Test
  void goesOnAfterAWrongAnnotation() throws IOException {
    // Given
    face("afw/1.pts", "afw/1.jpg");
    face("afw/2.pts", "afw/2.jpg");
    Files.writeString(folder.resolve("afw/1.pts"), "{\n1 2\n3;4\n}");

    // When
    CollectedFaces read = read("afw");

    // Then
    assertThat(read.faces()).hasSize(1);
    assertThat(read.faults()).hasSize(1);
    assertThat(read.faults().get(0)).startsWith("300w/afw/1.pts:3: \"3;4\"");
    assertThat(open("afw").total()).isEqualTo(2);
  }

  @Test
  void elsewhereTheWordsOfTheFieldAreFolders() throws IOException {
    // Given
    for (String name : List.of("train/1", "test/2", "common/3", "x/trainset/4", "full/deep/5")) {
      face(name + ".pts", name + ".jpg");
    }

    // Then
    assertThat(ids("train")).containsExactly("train/1", "x/trainset/4");
    assertThat(ids("test")).containsExactly("test/2");
    assertThat(ids("common")).containsExactly("common/3");
    assertThat(ids("full")).containsExactly("full/deep/5");
    assertThat(layout.splits(folder))
        .containsExactly("train", "common", "full", "test", "full/deep", "x/trainset")
        .allSatisfy(split -> assertThat(open(split).expectedFaces()).isZero());
  }

  @Test
  void inTheFieldItsWordsAreNoFolders() throws IOException {
    // Given
    face("afw/1.pts", "afw/1.jpg");
    face("train/2.pts", "train/2.jpg");

    // Then
    assertThat(ids("train")).containsExactly("afw/1");
    assertThat(layout.splits(folder)).containsExactly("train", "afw");
  }

  @Test
  void onlySplitsThatCanBeOpenedAreListed() throws IOException {
    // Given
    face("Photos 2020/a.pts", "Photos 2020/a.jpg");
    face("all/b.pts", "all/b.jpg");
    face("mine/c.pts", "mine/c.jpg");

    // Then
    assertThat(layout.splits(folder)).containsExactly("mine");
    assertThat(read("all").faces()).hasSize(3);
    assertThat(open("all").remarks())
        .containsExactly("folders that cannot be named as splits: Photos 2020, all");
  }

  @Test
  @Timeout(20)
  void foldersLinkedToEachOtherAreVisitedOnce() throws IOException {
    // Given: as many ways through them as 12 folders have orders
    for (int i = 0; i < 12; i++) {
      Files.createDirectories(folder.resolve("f" + i));
    }
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 12; j++) {
        Files.createSymbolicLink(folder.resolve("f" + i + "/to" + j), folder.resolve("f" + j));
      }
    }

    // When
    Optional<String> without = layout.evidence(folder);
    face("f11/1.pts", "f11/1.jpg");

    // Then
    assertThat(without).isEmpty();
    assertThat(layout.evidence(folder)).isPresent();
    assertThat(read("all").faces()).hasSize(1);
  }

  @Test
  void linksThatLeadOutAreNotFollowed() throws IOException {
    // Given
    Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("secret.pts"), "1 2\n3 4\n");
    Files.createFile(elsewhere.resolve("secret.jpg"));
    face("a/1.pts", "a/1.jpg");
    Files.createSymbolicLink(folder.resolve("away"), elsewhere);
    Files.createSymbolicLink(folder.resolve("a/2.pts"), elsewhere.resolve("secret.pts"));
    face("a/3.pts", "a/x.jpg");
    Files.createSymbolicLink(folder.resolve("a/3.jpg"), elsewhere.resolve("secret.jpg"));
    Files.createSymbolicLink(folder.resolve("a/4.pts"), folder.resolve("a/1.pts"));

    // When
    CollectedFaces read = read("all");

    // Then
    assertThat(read.faces()).extracting(FaceSample::id).containsExactly("a/1", "a/4");
    assertThat(read.faults())
        .containsExactly(
            "300w/a/2.pts: 2.pts by a symbolic link (expected: a file within the dataset)",
            "300w/a/3.pts: 3.jpg by a symbolic link (expected: a file within the dataset)");
    assertThat(open("all").remarks())
        .containsExactly("left out, for they lie outside of the dataset: away");
  }

  @Test
  void theDatasetItselfMayBeALink() throws IOException {
    // Given
    face("a/1.pts", "a/1.jpg");
    Path link = Files.createSymbolicLink(root.resolve("link"), folder);

    // When
    SplitReader reader = layout.open(link, "link", "a", TWO);

    // Then
    assertThat(CollectedFaces.of(reader).faces()).hasSize(1);
    assertThat(reader.remarks()).isEmpty();
  }

  @Test
  void whatIsNoAnnotationsFaultEndsReading() throws IOException {
    // Given: no file, and so nothing wrong in one
    face("a/1.pts", "a/1.jpg");
    Files.createDirectories(folder.resolve("a/2.pts"));

    // Then
    assertThatThrownBy(() -> read("a"))
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.NOT_FOUND))
        .hasMessageContaining("300w/a/2.pts");
  }

  private List<String> ids(String split) {
    return read(split).faces().stream().map(FaceSample::id).toList();
  }

  private CollectedFaces read(String split) {
    return CollectedFaces.of(open(split));
  }

  private SplitReader open(String split) {
    return layout.open(folder, "300w", split, TWO);
  }

  private void face(String points, String picture) throws IOException {
    Files.createDirectories(folder.resolve(points).getParent());
    Files.writeString(folder.resolve(points), "1 2\n3 4\n");
    if (!Files.exists(folder.resolve(picture))) {
      Files.createFile(folder.resolve(picture));
    }
  }
}
