package dev.facealign.dataset.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.pts.PtsFile;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFolderTest {
  private static final String THREE_POINTS = "count=3\nmirror=0-1\n";

  @TempDir Path root;

  private Path mine = Path.of("");

  @BeforeEach
  void aFolder() throws IOException {
    mine = Files.createDirectories(root.resolve("mine"));
  }

  @Test
  void isRecognisedByItsFiles() throws IOException {
    // Given
    writeTable("train.csv", 3, 1);

    // Then
    assertThat(folder().recognise()).isEqualTo(DatasetFormat.TABLE);
    assertThat(folder().splits(Optional.empty())).containsExactly("train");
  }

  @Test
  void filesOfNoLayoutAreRefusedNamingThem() throws IOException {
    // Given
    Files.createFile(mine.resolve("faces.zip"));
    Files.createDirectories(mine.resolve("pictures"));

    // Then
    assertThatThrownBy(() -> folder().recognise())
        .isInstanceOfSatisfying(
            FaultException.class, f -> assertThat(f.reason()).isEqualTo("DATASET_UNRECOGNISED"))
        .hasMessageContaining("found: faces.zip, pictures/");
  }

  @Test
  void filesOfTwoLayoutsAreRefusedUnlessOneIsNamed() throws IOException {
    // Given
    writeTable("train.csv", 3, 1);
    Files.createDirectories(mine.resolve("trainset"));
    PtsFile.write(mine.resolve("trainset/a.pts"), Landmarks.of(1, 2, 3, 4, 5, 6));
    Files.writeString(mine.resolve("scheme-three.properties"), THREE_POINTS);

    // Then
    assertThatThrownBy(() -> open("train", ""))
        .isInstanceOfSatisfying(
            FaultException.class, f -> assertThat(f.reason()).isEqualTo("DATASET_AMBIGUOUS"))
        .hasMessageContaining("300w by trainset/a.pts")
        .hasMessageContaining("table by train.csv");
    for (DatasetFormat format : List.of(DatasetFormat.W300, DatasetFormat.TABLE)) {
      FaceDataset dataset =
          catalog()
              .open(
                  new DatasetSelection("mine", "train", "", Optional.of(format)),
                  ReadProgress.NONE);
      assertThat(dataset.format()).isEqualTo(format);
      assertThat(dataset.faces()).hasSize(1);
    }
  }

  @Test
  void aDatasetBringsItsScheme() throws IOException {
    // Given
    writeTable("train.csv", 3, 2);
    Files.writeString(mine.resolve("scheme-three.properties"), THREE_POINTS);

    // When
    FaceDataset dataset = open("train", "");

    // Then
    assertThat(dataset.scheme().id()).isEqualTo("three");
    assertThat(dataset.scheme().count()).isEqualTo(3);
    assertThat(dataset.scheme().mirror()).containsExactly(1, 0, 2);
    assertThat(dataset.faces()).hasSize(2);
    assertThat(open("train", "three").scheme()).isEqualTo(dataset.scheme());
  }

  @Test
  void ofSeveralSchemesOneMustBeNamed() throws IOException {
    // Given
    writeTable("train.csv", 3, 2);
    Files.writeString(mine.resolve("scheme-three.properties"), THREE_POINTS);
    Files.writeString(mine.resolve("scheme-four.properties"), "count=4\nmirror=\n");

    // Then
    assertThatThrownBy(() -> open("train", ""))
        .hasMessageContaining("dataset.scheme: missing")
        .hasMessageContaining("[four, three]");
    assertThat(open("train", "three").faces()).hasSize(2);
    assertThatThrownBy(() -> open("train", "four"))
        .hasMessageContaining("8 for the 4 points of the scheme \"four\"");
    assertThatThrownBy(() -> open("train", "five"))
        .hasMessage("dataset.scheme: five (expected: one of [29, 68, four, three])");
  }

  @Test
  void withoutASchemeOfItsOwnItHasTheLayouts() throws IOException {
    // Given
    writeTable("train.csv", 68, 1);
    writeTable("small.csv", 29, 1);

    // Then
    assertThat(open("train", "").scheme()).isSameAs(LandmarkScheme.IBUG_68);
    assertThat(open("small", "29").scheme()).isSameAs(LandmarkScheme.COFW_29);
  }

  @Test
  void aSchemeThatOnlyCallsItselfByAShippedNameIsRefused() throws IOException {
    // Given
    writeTable("train.csv", 3, 1);
    Files.writeString(mine.resolve("scheme-68.properties"), THREE_POINTS);

    // Then
    assertThatThrownBy(() -> open("train", ""))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("mine/scheme-68.properties: another scheme \"68\"");
  }

  @Test
  void aWrongSchemeFileIsNamed() throws IOException {
    // Given
    writeTable("train.csv", 3, 1);
    Files.writeString(mine.resolve("scheme-three.properties"), "count=many\n");

    // Then
    assertThatThrownBy(() -> open("train", ""))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("scheme-three.properties")
        .hasMessageContaining("count");
  }

  @Test
  void aStreamGivesTheSameAsTheList() throws IOException {
    // Given
    writeTable("train.csv", 68, 20);
    List<String> ids = new ArrayList<>();
    List<Integer> progress = new ArrayList<>();

    // When
    DatasetSummary summary =
        catalog()
            .read(
                DatasetSelection.of("mine", "train"),
                face -> ids.add(face.id()),
                (read, total) -> progress.add(read));

    // Then
    FaceDataset dataset = open("train", "");
    assertThat(summary).isEqualTo(dataset.summary());
    assertThat(summary.sha256()).isEqualTo(dataset.fingerprint());
    assertThat(ids).isEqualTo(dataset.faces().stream().map(FaceSample::id).toList());
    assertThat(progress).hasSize(20).startsWith(1, 2).endsWith(20);
  }

  @Test
  void aStreamHoldsNoFace() throws IOException {
    // Given
    writeTable("train.csv", 68, 3000);
    List<WeakReference<FaceSample>> faces = new ArrayList<>();

    // When
    catalog()
        .read(
            DatasetSelection.of("mine", "train"),
            face -> {
              faces.add(new WeakReference<>(face));
              if (faces.size() == 2999) {
                System.gc();
                // Then
                assertThat(faces.stream().limit(2900).filter(f -> f.get() != null)).isEmpty();
              }
            },
            ReadProgress.NONE);
    assertThat(faces).hasSize(3000);
  }

  @Test
  void aTableWithoutRowsIsAnEmptySplit() throws IOException {
    // Given
    writeTable("train.csv", 68, 0);

    // Then
    assertThatThrownBy(() -> open("train", ""))
        .isInstanceOfSatisfying(
            FaultException.class, f -> assertThat(f.reason()).isEqualTo("SPLIT_EMPTY"));
  }

  private DatasetFolder folder() {
    return catalog().folder("mine");
  }

  private DatasetCatalog catalog() {
    return new DatasetCatalog(root);
  }

  private FaceDataset open(String split, String scheme) {
    return catalog().open("mine", split, scheme);
  }

  private void writeTable(String name, int points, int faces) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(mine.resolve(name))) {
      out.write("picture");
      for (int m = 0; m < points; m++) {
        out.write(",x" + m + ",y" + m);
      }
      out.write("\n");
      for (int i = 0; i < faces; i++) {
        out.write("photos/" + i + ".jpg");
        for (int m = 0; m < points; m++) {
          out.write("," + (i + m * 1.5) + "," + (m + 1));
        }
        out.write("\n");
      }
    }
  }
}
