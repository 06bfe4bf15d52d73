package dev.facealign.dataset.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.pts.PtsFile;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.Landmarks;
import dev.facealign.testkit.SharedDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetCatalogTest {
  @TempDir Path root;

  private DatasetCatalog catalog;

  @BeforeEach
  void aDatasetOfTheFieldsLayout() throws IOException {
    catalog = new DatasetCatalog(root);
    face("faces/afw/100_1.jpg");
    face("faces/afw/100_2.JPG");
    face("faces/helen/trainset/7_1.png");
    face("faces/helen/testset/8_1.png");
    face("faces/lfpw/trainset/image_0001.png");
    face("faces/lfpw/testset/image_0001.png");
    face("faces/lfpw/testset/image_0002.png");
    face("faces/ibug/image_003_1.jpg");
    // Left behind by other programs.
    Files.createFile(root.resolve("faces/afw/._100_1.pts"));
    Files.createFile(root.resolve("faces/afw/notes.txt"));
  }

  @ParameterizedTest
  @CsvSource({
    "train, 4, 3148",
    "common, 3, 554",
    "challenging, 1, 135",
    "full, 4, 689",
    "test, 4, 689",
    "lfpw/testset, 2, 224",
    "lfpw, 3, 1035",
    "all, 8, 3837",
    "LFPW/Testset, 2, 224",
    "helen/trainset, 1, 2000"
  })
  void findsTheFacesOfASplit(String split, int faces, int expected) {
    // When
    FaceDataset dataset = catalog.open("faces", split, "68");

    // Then
    assertThat(dataset.faces()).hasSize(faces);
    assertThat(dataset.expectedFaces()).isEqualTo(expected);
    assertThat(dataset.partial()).isEqualTo(expected > 0);
    assertThat(dataset.faces()).isSortedAccordingTo((a, b) -> a.id().compareTo(b.id()));
    assertThat(dataset.faces()).allMatch(FaceSample::hasPicture);
  }

  @Test
  void namesFacesByTheirPlaceAndPicturesByTheirPhotograph() {
    // When
    List<FaceSample> faces = catalog.open("faces", "train", "68").faces();

    // Then: AFW and HELEN number the faces of a photograph, LFPW the photographs
    assertThat(faces)
        .extracting(FaceSample::id)
        .containsExactly(
            "afw/100_1", "afw/100_2", "helen/trainset/7_1", "lfpw/trainset/image_0001");
    assertThat(faces)
        .extracting(FaceSample::pictureId)
        .containsExactly("afw/100", "afw/100", "helen/trainset/7", "lfpw/trainset/image_0001");
  }

  @Test
  void readsPicturesWhenAsked() throws IOException {
    // Given
    Files.write(root.resolve("faces/ibug/image_003_1.jpg"), new byte[] {1, 2, 3});
    FaceSample face = catalog.open("faces", "ibug", "68").faces().get(0);

    // Then
    assertThat(face.readEncodedPicture()).containsExactly(1, 2, 3);
  }

  @Test
  void annotationsMayComeWithoutPictures() throws IOException {
    // Given
    Files.delete(root.resolve("faces/ibug/image_003_1.jpg"));
    FaceSample face = catalog.open("faces", "ibug", "68").faces().get(0);

    // Then
    assertThat(face.hasPicture()).isFalse();
    assertThatThrownBy(face::readEncodedPicture)
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("ibug/image_003_1");
  }

  @Test
  void aDatasetMayBeASymbolicLink() throws IOException {
    // Given
    Files.createSymbolicLink(root.resolve("linked"), root.resolve("faces"));

    // Then
    assertThat(catalog.names()).containsExactly("faces", "linked");
    assertThat(catalog.open("linked", "train", "68").fingerprint())
        .isEqualTo(catalog.open("faces", "train", "68").fingerprint());
  }

  @Test
  void aDatasetMayHaveALayoutOfItsOwn() throws IOException {
    // Given
    face("own/rendered/trainset/face_1.jpg");
    face("own/rendered/testset/face_1.jpg");

    // Then
    FaceDataset train = catalog.open("own", "train", "68");
    assertThat(train.faces()).hasSize(1);
    assertThat(train.expectedFaces()).isZero();
    assertThat(train.partial()).isFalse();
    assertThat(catalog.open("own", "test", "68").faces()).hasSize(1);
  }

  @Test
  void theFingerprintTellsFacesAndPointsApart() throws IOException {
    // Given
    String before = catalog.open("faces", "test", "68").fingerprint();

    // When: one point moves by a hundredth of a pixel
    double[] moved = points().toArray();
    moved[7] += 0.01;
    PtsFile.write(root.resolve("faces/ibug/image_003_1.pts"), Landmarks.of(moved));

    // Then
    assertThat(before).matches("[0-9a-f]{64}");
    assertThat(catalog.open("faces", "test", "68").fingerprint()).isNotEqualTo(before);
  }

  @Test
  void tellsHowFarItHasCome() {
    // Given
    List<String> heard = new ArrayList<>();

    // When
    catalog.open("faces", "train", "68", (read, total) -> heard.add(read + "/" + total));

    // Then
    assertThat(heard).containsExactly("1/4", "2/4", "3/4", "4/4");
  }

  @Test
  void anUnknownDatasetIsRefusedNamingThoseThereAre() {
    assertThatThrownBy(() -> catalog.open("300W", "train", "68"))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.NOT_FOUND);
              assertThat(fault.reason()).isEqualTo("DATASET_NOT_FOUND");
            })
        .hasMessage("dataset: 300W (expected: one of [faces])");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../faces", "..", ".", "", "/etc", "faces/afw", ".git", "a\\b", "a\0b"})
  void aNameIsNoPath(String name) {
    assertThatThrownBy(() -> catalog.open(name, "train", "68"))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(fault.field()).isEqualTo("dataset.name");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "afw/..", "../other", "/etc", "", "afw//x", "afw/", ".hidden"})
  void aSplitLeadsNowhereElse(String split) {
    assertThatThrownBy(() -> catalog.open("faces", split, "68"))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(fault.field()).isEqualTo("dataset.split");
            });
  }

  @Test
  void anEmptySplitIsRefused() {
    assertThatThrownBy(() -> catalog.open("faces", "cofw", "68"))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.FAILED_PRECONDITION);
              assertThat(fault.reason()).isEqualTo("SPLIT_EMPTY");
            })
        .hasMessageContaining("split cofw has no faces")
        .hasMessageContaining(
            "there are [train, common, challenging, full, test, afw, helen/testset,"
                + " helen/trainset, ibug, lfpw/testset, lfpw/trainset]");
  }

  @Test
  void aWrongAnnotationIsRefusedByItsPlaceInTheDataset() throws IOException {
    // Given
    Files.writeString(root.resolve("faces/lfpw/testset/image_0002.pts"), "{\n1 2\n3,5 4\n}\n");

    // Then
    assertThatThrownBy(() -> catalog.open("faces", "test", "68"))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("faces/lfpw/testset/image_0002.pts:3: \"3,5\"")
        .message()
        .doesNotContain(root.toString());
  }

  @Test
  void anotherSchemesPointsAreRefused() {
    assertThatThrownBy(() -> catalog.open("faces", "test", "29"))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("29");
  }

  @Test
  void aRootThatIsNotThereHasNoDatasets() {
    assertThat(new DatasetCatalog(root.resolve("none")).names()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "300w-train-shapes, train, 3148, 3148",
    "300w, train, 2014, 3148",
    "300w, test, 224, 689",
    "300w, afw, 337, 337",
    "300w, common, 224, 554",
    "300w, all, 2238, 3837"
  })
  void readsTheFieldsData(String name, String split, int faces, int expected) {
    // Given
    SharedDatasets.require(name);

    // When
    FaceDataset dataset = new DatasetCatalog(SharedDatasets.root()).open(name, split, "68");

    // Then
    assertThat(dataset.faces()).hasSize(faces);
    assertThat(dataset.expectedFaces()).isEqualTo(expected);
  }

  private void face(String picture) throws IOException {
    Path file = root.resolve(picture);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
    PtsFile.write(root.resolve(picture.substring(0, picture.length() - 3) + "pts"), points());
  }

  private static Landmarks points() {
    double[] xy = new double[136];
    for (int i = 0; i < xy.length; i++) {
      xy[i] = i;
    }
    return Landmarks.of(xy);
  }
}
