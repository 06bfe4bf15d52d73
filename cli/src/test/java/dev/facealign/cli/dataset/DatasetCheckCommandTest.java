package dev.facealign.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.facealign.cli.TestConsole;
import dev.facealign.render.RenderedDataset;
import dev.facealign.testkit.SharedDatasets;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCheckCommandTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();

  @BeforeEach
  void aDataset() {
    RenderedDataset.write(folder.resolve("faces"), 4, 2, 64, 1);
  }

  @Test
  void saysWhatASoundDatasetHolds() {
    // When
    int exit = run("faces");

    // Then
    assertThat(exit).isZero();
    assertThat(console.out())
        .contains(
            "faces: format 300w, landmark scheme 68 (68 points)",
            "rendered/trainset      4         -",
            "  faces             6",
            "  pictures          of every face",
            "  longer sides, px  64 to 64, median 64")
        .endsWith("no faults");
  }

  @Test
  void saysWhatIsWrongAndWhere() throws IOException {
    // Given
    Files.writeString(train().resolve("face_00002.pts"), "version: 1\nn_points: 67\n{\n");
    Files.delete(train().resolve("face_00003.jpg"));

    // When
    int exit = run("faces", "--split", "train");

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(console.out())
        .contains(
            "wrong annotations: 1",
            "  faces/rendered/trainset/face_00002.pts:2: n_points 67 (expected: n_points 68)",
            "faces without picture: 1")
        .endsWith("2 faults");
  }

  @Test
  void listsTheFirstOfManyFaults() throws IOException {
    // Given
    for (int i = 0; i < 30; i++) {
      Files.writeString(train().resolve("bad" + i + ".pts"), "?");
    }

    // When
    run("faces");

    // Then
    assertThat(console.out())
        .contains("wrong annotations: 30", "  ... and 20 more (--json lists 30)");
    assertThat(console.out()).filteredOn(line -> line.contains("/bad")).hasSize(10);
  }

  @Test
  void writesJson() throws IOException {
    // Given
    Files.writeString(train().resolve("face_00002.pts"), "?");

    // When
    int exit = run("faces", "--json");

    // Then
    JsonObject report = JsonParser.parseString(String.join("\n", console.out())).getAsJsonObject();
    assertThat(exit).isEqualTo(1);
    assertThat(report.get("faces").getAsInt()).isEqualTo(5);
    assertThat(report.get("expectedFaces").isJsonNull()).isTrue();
    assertThat(report.get("faults").getAsInt()).isEqualTo(1);
    assertThat(report.getAsJsonObject("counts").get("ANNOTATION_INVALID").getAsInt()).isEqualTo(1);
    assertThat(
            report.getAsJsonArray("findings").get(0).getAsJsonObject().get("message").getAsString())
        .startsWith("faces/rendered/trainset/face_00002.pts:1: \"?\"");
  }

  @Test
  void drawsASheetTheSameEveryTime() throws IOException {
    // When
    assertThat(run("faces", "--sheet", "sheet.png", "--faces", "4")).isZero();
    assertThat(run("faces", "--sheet", "again.png", "--faces", "4")).isZero();

    // Then
    BufferedImage sheet = ImageIO.read(folder.resolve("sheet.png").toFile());
    assertThat(sheet.getWidth()).isGreaterThan(4 * 224);
    assertThat(distinctColours(sheet)).isGreaterThan(1000);
    assertThat(folder.resolve("again.png")).hasSameBinaryContentAs(folder.resolve("sheet.png"));
    assertThat(console.err()).contains("4 faces drawn, written to " + folder.resolve("sheet.png"));
  }

  @Test
  void aSheetMakesItsFolderAndIsRefusedWhereItCannotBe() throws IOException {
    // Given
    Files.writeString(folder.resolve("file"), "");

    // Then
    assertThat(run("faces", "--sheet", "new/folder/sheet.png")).isZero();
    assertThat(folder.resolve("new/folder/sheet.png")).isNotEmptyFile();
    int said = console.out().size();
    assertThat(run("faces", "--sheet", "new")).isEqualTo(2);
    assertThat(console.err())
        .contains(
            "facealign: --sheet: new cannot be written: it is a folder (expected: a file such as"
                + " faces.png)");
    assertThat(run("faces", "--sheet", "file/sheet.png")).isEqualTo(2);
    assertThat(console.err()).anyMatch(line -> line.contains("its folder cannot be made: "));
    assertThat(console.err()).noneMatch(line -> line.startsWith("\tat "));
    assertThat(console.out()).hasSize(said);
  }

  @Test
  void drawsFacesThatLieAnywhere() throws IOException {
    // Given: outside, far away, without extent, with a box and hidden points
    Path mine = Files.createDirectories(folder.resolve("mine"));
    Files.copy(train().resolve("face_00001.jpg"), mine.resolve("a.jpg"));
    Files.writeString(mine.resolve("scheme-two.properties"), "count=2\nmirror=\n");
    Files.writeString(
        mine.resolve("train.csv"),
        """
        picture,box_x,box_y,box_width,box_height,x0,y0,x1,y1,occluded0,occluded1
        a.jpg,0,0,60,60,20,30,40,35,0,1
        a.jpg,,,,,80,30,110,35,,
        a.jpg,,,,,-5e5,30,9e5,35,,
        a.jpg,,,,,7,7,7,7,,
        """);

    // When
    int exit = run("mine", "--sheet", "sheet.png");

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(ImageIO.read(folder.resolve("sheet.png").toFile())).isNotNull();
  }

  @Test
  void takesASchemeFromAFile() throws IOException {
    // Given
    Path mine = Files.createDirectories(folder.resolve("mine"));
    Files.copy(train().resolve("face_00001.jpg"), mine.resolve("a.jpg"));
    Files.writeString(mine.resolve("train.csv"), "picture,x0,y0,x1,y1\na.jpg,20,30,40,35\n");
    Files.writeString(folder.resolve("scheme-pair.properties"), "count=2\nmirror=0-1\n");

    // Then
    assertThat(run("mine", "--scheme", "scheme-pair.properties")).isZero();
    assertThat(console.out()).contains("mine: format table, landmark scheme pair (2 points)");
    assertThat(run("mine")).isEqualTo(1);
    assertThat(console.out())
        .contains(
            "  mine/train.csv:1: 2 points and no scheme-<id>.properties in the folder (expected: one"
                + " with count=2 and mirror=..., or 68 points)");
  }

  @Test
  void wrongUsageExitsWithTwo() throws IOException {
    for (String[] wrong :
        new String[][] {
          {"nowhere"},
          {"faces", "--faces", "0"},
          {"faces", "--format", "zip"},
          {"faces", "--split", "val"},
          {"faces", "--split", "../faces"},
          {"faces", "--scheme", "5"}
        }) {
      assertThat(run(wrong)).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(console.err().get(console.err().size() - 1))
          .isEqualTo("see: facealign dataset check --help");
    }
    assertThat(console.out()).isEmpty();
  }

  @Test
  void aFolderThatIsNoDatasetIsAFault() throws IOException {
    // Given
    Files.createDirectories(folder.resolve("empty"));

    // Then
    assertThat(run("empty")).isEqualTo(1);
    assertThat(console.err().get(0)).startsWith("facealign: dataset empty: of no known layout");
  }

  @Test
  void aPartialCopyIsReported() {
    // Given
    Path field = SharedDatasets.require("300w");

    // When
    int exit = run(field.toString(), "--split", "test");

    // Then
    assertThat(exit).isZero();
    assertThat(console.out())
        .contains(
            "train            2014      3148  partial copy: 1134 missing",
            "common            224       554  partial copy: 330 missing",
            "  faces             224 of 689");
  }

  private Path train() {
    return folder.resolve("faces/rendered/trainset");
  }

  private int run(String... arguments) {
    List<String> line = new ArrayList<>(List.of("dataset", "check"));
    line.addAll(Arrays.asList(arguments));
    return console.run(folder, Map.of(), line.toArray(String[]::new));
  }

  private static long distinctColours(BufferedImage image) {
    return Arrays.stream(
            image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
        .distinct()
        .count();
  }
}
