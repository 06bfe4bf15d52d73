package dev.facealign.dataset.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.dataset.catalog.DatasetFolder;
import dev.facealign.dataset.pts.PtsFile;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Affine;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.render.RenderedDataset;
import dev.facealign.testkit.SharedDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetInspectorTest {
  private static final int SIZE_PX = 64;

  @TempDir static Path drawn;

  @TempDir Path root;

  private Path train = Path.of("");
  private Path test = Path.of("");

  @BeforeAll
  static void drawFaces() {
    RenderedDataset.write(drawn.resolve("faces"), 6, 3, SIZE_PX, 1);
  }

  @BeforeEach
  void aSoundDataset() throws IOException {
    train = Files.createDirectories(root.resolve("faces/rendered/trainset"));
    test = Files.createDirectories(root.resolve("faces/rendered/testset"));
    for (String name : List.of("trainset", "testset")) {
      try (var files = Files.list(drawn.resolve("faces/rendered").resolve(name))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.copy(
              file, root.resolve("faces/rendered").resolve(name).resolve(file.getFileName()));
        }
      }
    }
  }

  @Test
  void aSoundDatasetHasNoFaults() throws InterruptedException {
    // When
    DatasetInspection inspection = inspect("all");

    // Then
    assertThat(inspection.faults()).isZero();
    assertThat(inspection.format()).isEqualTo(DatasetFormat.W300);
    assertThat(inspection.scheme()).isSameAs(LandmarkScheme.IBUG_68);
    assertThat(inspection.faces()).isEqualTo(9);
    assertThat(inspection.pictures()).isEqualTo(9);
    assertThat(inspection.pictureSizes()).contains(new SizeRange(SIZE_PX, SIZE_PX, SIZE_PX));
    assertThat(inspection.splits())
        .containsExactly(
            new SplitCount("train", OptionalInt.of(6), 0),
            new SplitCount("test", OptionalInt.of(3), 0),
            new SplitCount("rendered/testset", OptionalInt.of(3), 0),
            new SplitCount("rendered/trainset", OptionalInt.of(6), 0));
    FaceDataset all = new DatasetCatalog(root).open("faces", "all", "");
    assertThat(inspection.sha256()).isEqualTo(all.fingerprint());
  }

  @Test
  void findsWhatIsWrongAndWhere() throws Exception {
    // Given
    Files.writeString(train.resolve("face_00001.pts"), "{\n1 2\n");
    Files.delete(train.resolve("face_00002.jpg"));
    Files.write(train.resolve("face_00003.jpg"), new byte[] {1, 2, 3});
    move(train.resolve("face_00004.pts"), 3 * SIZE_PX);
    PtsFile.write(train.resolve("face_00005.pts"), Landmarks.of(new double[136]));
    Files.copy(test.resolve("face_00001.pts"), train.resolve("leak.pts"));
    Files.copy(test.resolve("face_00001.jpg"), train.resolve("leak.jpg"));
    Files.copy(train.resolve("face_00006.jpg"), train.resolve("again.jpg"));
    Files.copy(train.resolve("face_00006.pts"), train.resolve("again.pts"));
    move(train.resolve("again.pts"), 0.001);

    // When
    DatasetInspection inspection = inspect("all");

    // Then
    String at = "faces/rendered/trainset/";
    assertThat(inspection.findings())
        .extracting(finding -> finding.kind() + " " + finding.message())
        .satisfiesExactlyInAnyOrder(
            f ->
                assertThat(f).startsWith("ANNOTATION_INVALID " + at + "face_00001.pts:3: 1 points"),
            f -> assertThat(f).startsWith("PICTURE_MISSING " + at + "face_00002.pts: no picture"),
            f -> assertThat(f).startsWith("PICTURE_UNREADABLE " + at + "face_00003.pts: image: "),
            f -> assertThat(f).startsWith("FACE_OUTSIDE " + at + "face_00004.pts: 68 of 68 points"),
            f -> assertThat(f).startsWith("POINTS_WITHOUT_EXTENT " + at + "face_00005.pts"),
            f ->
                assertThat(f)
                    .startsWith(
                        "POINTS_TWICE "
                            + at
                            + "leak.pts: the points of rendered/testset/face_00001"),
            f ->
                assertThat(f)
                    .startsWith(
                        "PICTURE_IN_TWO_SPLITS "
                            + at
                            + "leak.pts: the picture of rendered/testset/face_00001"),
            f ->
                assertThat(f)
                    .startsWith(
                        "PICTURE_TWICE "
                            + at
                            + "face_00006.pts: the picture of rendered/trainset/again"));
    assertThat(inspection.faults()).isEqualTo(7);
    assertThat(inspection.faces()).isEqualTo(10);
    assertThat(inspection.pictures()).isEqualTo(8);
  }

  @Test
  void pointsThatAPictureCutsOffAreNoFault() throws Exception {
    // Given
    move(train.resolve("face_00001.pts"), -0.3 * SIZE_PX);

    // When
    DatasetInspection inspection = inspect("train");

    // Then
    assertThat(inspection.counts()).containsOnlyKeys(FindingKind.POINTS_OUTSIDE);
    assertThat(inspection.faults()).isZero();
  }

  @Test
  void annotationsAloneAreSaidOnce() throws Exception {
    // Given
    try (var files = Files.list(train)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".jpg")) {
          Files.delete(file);
        }
      }
    }

    // When
    DatasetInspection inspection = inspect("train");

    // Then
    assertThat(inspection.faults()).isZero();
    assertThat(inspection.pictures()).isZero();
    assertThat(inspection.pictureSizes()).isEmpty();
    assertThat(inspection.remarks()).singleElement().asString().startsWith("no pictures");
  }

  @Test
  void tablesShowBoxesFlagsAndSeveralFaces() throws Exception {
    // Given
    Path mine = Files.createDirectories(root.resolve("mine"));
    Files.copy(train.resolve("face_00001.jpg"), mine.resolve("a.jpg"));
    Files.writeString(
        mine.resolve("scheme-two.properties"), "count=2\nmirror=\nouter-eye-corners=0,1\n");
    Files.writeString(
        mine.resolve("faces.csv"),
        """
        picture,split,box_x,box_y,box_width,box_height,x0,y0,x1,y1,occluded0,occluded1
        a.jpg,train,0,0,9,9,1,2,7,8,0,1
        a.jpg,train,20,20,9,9,1,2,7,9,0,0
        a.jpg,train,,,,,4,4,4,4,,
        a.jpg,test,,,,,1,2,nowhere,5,,
        """);

    // When
    DatasetInspection inspection = inspect("mine", "all");

    // Then
    assertThat(inspection.scheme().id()).isEqualTo("two");
    assertThat(inspection.splits())
        .containsExactly(
            new SplitCount("test", OptionalInt.of(0), 0),
            new SplitCount("train", OptionalInt.of(3), 0));
    assertThat(inspection.boxes()).isEqualTo(2);
    assertThat(inspection.withFlags()).isEqualTo(2);
    assertThat(inspection.occludedShare()).isEqualTo(0.25);
    assertThat(inspection.severalFaces()).isEqualTo(1);
    assertThat(inspection.counts())
        .containsOnlyKeys(
            FindingKind.BOX_ELSEWHERE,
            FindingKind.POINTS_WITHOUT_EXTENT,
            FindingKind.ANNOTATION_INVALID);
  }

  @Test
  void whatWasNotReadIsNotCounted() throws Exception {
    // Given
    Path mine = Files.createDirectories(root.resolve("mine"));
    Files.writeString(
        mine.resolve("scheme-two.properties"), "count=2\nmirror=\nouter-eye-corners=0,1\n");
    Files.writeString(mine.resolve("train.csv"), "picture,x0,y0,x1,y1\na.jpg,1,2,3,4\n");
    Files.writeString(mine.resolve("test.csv"), "picture,x0,y0,x1,y1\nb.jpg,1,2,3,5\n");

    // When
    DatasetInspection inspection = inspect("mine", "train");

    // Then
    assertThat(inspection.splits())
        .containsExactly(
            new SplitCount("test", OptionalInt.empty(), 0),
            new SplitCount("train", OptionalInt.of(1), 0));
  }

  @Test
  void foldersOfAnyNameCanBeInspected() throws Exception {
    // Given
    for (String name : List.of("train", "test", "Photos 2020")) {
      Path each = Files.createDirectories(root.resolve("m").resolve(name));
      Files.copy(train.resolve("face_00001.pts"), each.resolve("a.pts"));
    }

    // When
    DatasetInspection inspection = inspect("m", "all");

    // Then
    assertThat(inspection.faces()).isEqualTo(3);
    assertThat(inspection.splits())
        .containsExactly(
            new SplitCount("train", OptionalInt.of(1), 0),
            new SplitCount("test", OptionalInt.of(1), 0));
    assertThat(inspection.remarks())
        .contains("folders that cannot be named as splits: Photos 2020");
  }

  @Test
  void aPictureInTwoSplitsIsAFaultUnderOneNameToo() throws Exception {
    // Given
    Path mine = table("train.csv", "a.jpg,10,20,40,50\na.jpg,11,20,40,50\n");
    Files.copy(train.resolve("face_00001.jpg"), mine.resolve("a.jpg"));
    assertThat(inspect("mine", "all").faults()).isZero();

    // When
    table("test.csv", "a.jpg,12,20,40,50\n");

    // Then: files are read in the order of their names
    assertThat(inspect("mine", "all").findings())
        .extracting(Finding::message)
        .containsExactly(
            "mine/train.csv:2: the picture of a.jpg#test.csv:2 (expected: another)",
            "mine/train.csv:3: the picture of a.jpg#test.csv:2 (expected: another)");
    assertThat(inspect("mine", "all").counts()).containsOnlyKeys(FindingKind.PICTURE_IN_TWO_SPLITS);
  }

  @Test
  void sharesOfThePictureAreAFault() throws Exception {
    // Given
    Path mine = table("train.csv", "a.jpg,0.25,0.2,0.75,0.5\na.jpg,10,20,14,21\n");
    Files.copy(train.resolve("face_00001.jpg"), mine.resolve("a.jpg"));

    // Then
    assertThat(inspect("mine", "all").findings())
        .containsExactly(
            new Finding(
                FindingKind.FACE_TINY,
                "mine/train.csv:2: 0.500 px across (expected: pixels; are the coordinates shares"
                    + " of the picture?)"));
  }

  @Test
  void picturesThatAreNamedMustBeThere() throws Exception {
    // Given
    table("train.csv", "photos/a.jpg,10,20,40,50\n");

    // When
    DatasetInspection inspection = inspect("mine", "all");

    // Then
    assertThat(inspection.findings())
        .containsExactly(
            new Finding(
                FindingKind.PICTURE_MISSING,
                "mine/train.csv:2: no picture mine/photos/a.jpg (expected: a file)"));
    assertThat(inspection.remarks()).isEmpty();
  }

  @Test
  void noFacesAreAFault() throws Exception {
    // Given
    table("train.csv", "");

    // Then
    assertThat(inspect("mine", "all").findings())
        .containsExactly(
            new Finding(
                FindingKind.NO_FACES,
                "mine: no faces in split all (expected: annotations in its files)"));
  }

  @Test
  void aFlatFolderSaysThatAllIsItsSplit() throws Exception {
    // Given
    Path flat = Files.createDirectories(root.resolve("flat"));
    for (String name : List.of("face_00001.pts", "face_00001.jpg")) {
      Files.copy(train.resolve(name), flat.resolve(name));
    }

    // When
    DatasetInspection inspection = inspect("flat", "all");

    // Then
    assertThat(inspection.faults()).isZero();
    assertThat(inspection.remarks())
        .containsExactly("no splits: --split all is what fits and trains on it");
    assertThatThrownBy(() -> inspect("flat", "train")).hasMessageContaining("there are [all]");
  }

  private Path table(String file, String rows) throws IOException {
    Path mine = Files.createDirectories(root.resolve("mine"));
    Files.writeString(
        mine.resolve("scheme-two.properties"), "count=2\nmirror=\nouter-eye-corners=0,1\n");
    Files.writeString(mine.resolve(file), "picture,x0,y0,x1,y1\n" + rows);
    return mine;
  }

  @Test
  void choosesTheSameFacesEveryTimeThoseWithFindingsFirst() throws Exception {
    // Given
    move(train.resolve("face_00004.pts"), 3 * SIZE_PX);

    // When
    List<Specimen> once = inspect("all").specimens();
    List<Specimen> again = inspect("all").specimens();

    // Then
    assertThat(once).hasSize(4);
    assertThat(ids(once)).isEqualTo(ids(again));
    assertThat(once.get(0).face().id()).isEqualTo("rendered/trainset/face_00004");
    assertThat(once.get(0).findings()).containsExactly(FindingKind.FACE_OUTSIDE);
    assertThat(once.subList(1, 4))
        .extracting(specimen -> specimen.face().split())
        .contains("rendered/trainset", "rendered/testset");
  }

  @Test
  void keepsTheFirstOfVeryManyFindings() throws Exception {
    // Given
    for (int i = 0; i < DatasetInspector.MOST_OF_A_KIND + 5; i++) {
      Files.writeString(train.resolve("bad" + i + ".pts"), "?");
    }

    // When
    DatasetInspection inspection = inspect("train");

    // Then
    assertThat(inspection.findings()).hasSize(DatasetInspector.MOST_OF_A_KIND);
    assertThat(inspection.faults()).isEqualTo(DatasetInspector.MOST_OF_A_KIND + 5);
  }

  @Test
  void saysHowFarItIsAndCanBeStopped() throws Exception {
    // Given
    List<String> heard = new ArrayList<>();

    // When
    inspector()
        .inspect(
            folder("faces"),
            "train",
            LandmarkScheme.IBUG_68,
            Optional.empty(),
            (read, total) -> heard.add(read + "/" + total));

    // Then
    assertThat(heard).containsExactly("1/6", "2/6", "3/6", "4/6", "5/6", "6/6");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> inspect("train")).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aFolderOfNoLayoutIsRefused() throws IOException {
    // Given
    Files.createDirectories(root.resolve("empty"));

    // Then
    assertThatThrownBy(() -> inspect("empty", "all"))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("found: nothing");
  }

  @ParameterizedTest
  @CsvSource({
    "300w, train, 2014, 3148, 2014, train: 2014; common: 224; full: 224; test: 224",
    "300w, test, 224, 689, 224, train: 2014; common: 224; full: 224; test: 224",
    "300w-train-shapes, all, 3148, 3837, 0, train: 3148",
    "lfpw29-cofw-format, train, 150, 1345, 150, train: 150; test: 71",
    "lfpw29-cofw-format, test, 71, 507, 71, train: 150; test: 71"
  })
  void knowsTheFieldsData(
      String name, String split, int faces, int expected, int pictures, String splits)
      throws Exception {
    // Given
    SharedDatasets.require(name);
    DatasetFolder folder = new DatasetCatalog(SharedDatasets.root()).folder(name);

    // When
    DatasetInspection inspection =
        inspector()
            .inspect(
                folder,
                split,
                folder.scheme("", Optional.empty()),
                Optional.empty(),
                (read, total) -> {});

    // Then
    assertThat(inspection.faces()).isEqualTo(faces);
    assertThat(inspection.expectedFaces()).isEqualTo(expected);
    assertThat(inspection.pictures()).isEqualTo(pictures);
    assertThat(inspection.splits().stream().map(s -> s.name() + ": " + s.faces().orElse(-1)))
        .contains(splits.split("; "));
  }

  private static List<String> ids(List<Specimen> specimens) {
    return specimens.stream().map(specimen -> specimen.face().id()).toList();
  }

  private void move(Path points, double px) {
    PtsFile.write(points, PtsFile.read(points, 68).map(Affine.translate(px, 0)));
  }

  private DatasetInspection inspect(String split) throws InterruptedException {
    return inspect("faces", split);
  }

  private DatasetInspection inspect(String name, String split) throws InterruptedException {
    DatasetFolder folder = folder(name);
    return inspector()
        .inspect(
            folder,
            split,
            folder.scheme("", Optional.empty()),
            Optional.empty(),
            (read, total) -> {});
  }

  private DatasetFolder folder(String name) {
    return new DatasetCatalog(root).folder(name);
  }

  private static DatasetInspector inspector() {
    return new DatasetInspector(new ImageDecoder(ImageLimits.DEFAULT), 2, 4);
  }
}
