package dev.facealign.dataset.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.CollectedFaces;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetFolder;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableLayoutTest {
  private static final LandmarkScheme TWO =
      new LandmarkScheme("two", new int[] {1, 0}, null, null, List.of());

  @TempDir Path root;

  private Path folder = Path.of("");

  private final TableLayout layout = new TableLayout();

  @BeforeEach
  void aPicture() throws IOException {
    folder = root.resolve("mine");
    Files.createDirectories(folder.resolve("photos"));
    Files.write(folder.resolve("photos/a.jpg"), new byte[] {1, 2, 3});
  }

  @Test
  void readsCsv() throws IOException {
    // Given
    write(
        "train.csv",
        """
        y0,x0,x1,y1,picture,box_x,box_y,box_width,box_height,occluded0,occluded1
        2,1,3,4.5,photos/a.jpg,0,0.5,10,20,0,1
        -2,1e1,3,4,photos/a.jpg,,,,,,

        2,1,3,4,"photos/b, or c.png",0,0,1,1,0,0
        """);

    // When
    CollectedFaces read = read("train");

    // Then
    assertThat(read.faults()).isEmpty();
    FaceSample first = read.faces().get(0);
    assertThat(first.landmarks()).isEqualTo(Landmarks.of(1, 2, 3, 4.5));
    assertThat(first.box()).contains(new Box(0, 0.5, 10, 20));
    assertThat(first.occluded()).contains(bits(1));
    assertThat(first.split()).isEqualTo("train");
    assertThat(first.annotation()).isEqualTo("mine/train.csv:2");
    assertThat(first.id()).isEqualTo("photos/a.jpg#train.csv:2");
    assertThat(first.hasPicture()).isTrue();
    assertThat(first.readEncodedPicture()).containsExactly(1, 2, 3);
    FaceSample second = read.faces().get(1);
    assertThat(second.landmarks()).isEqualTo(Landmarks.of(10, -2, 3, 4));
    assertThat(second.pictureId()).isEqualTo(first.pictureId()).isEqualTo("photos/a.jpg");
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.box()).isEmpty();
    assertThat(second.occluded()).isEmpty();
    FaceSample third = read.faces().get(2);
    assertThat(third.pictureId()).isEqualTo("photos/b, or c.png");
    assertThat(third.annotation()).isEqualTo("mine/train.csv:5");
    assertThat(third.occluded()).contains(bits());
    assertThat(third.hasPicture()).isFalse();
    assertThatThrownBy(third::readEncodedPicture).hasMessageContaining("photos/b, or c.png");
  }

  @Test
  void readsJsonLines() throws IOException {
    // Given
    write(
        "train.jsonl",
        """
        {"picture":"photos/a.jpg","points":[[1,2],[3,4.5]],"box":[0,0.5,10,20],"occluded":[0,1]}
        {"points": [[1e1, -2], [3, 4]], "picture": "./photos//a.jpg", "box": null, "mood": {"x": [1]}}

        {"picture":"photos/\\u00e9.jpg","points":[[1,2],[3,4]],"occluded":[true,false]}
        """
            .replace("true", "1")
            .replace("false", "0"));

    // When
    CollectedFaces read = read("train");

    // Then
    assertThat(read.faults()).isEmpty();
    assertThat(read.faces()).hasSize(3);
    assertThat(read.faces().get(0).landmarks()).isEqualTo(Landmarks.of(1, 2, 3, 4.5));
    assertThat(read.faces().get(0).box()).contains(new Box(0, 0.5, 10, 20));
    assertThat(read.faces().get(0).occluded()).contains(bits(1));
    assertThat(read.faces().get(1).landmarks()).isEqualTo(Landmarks.of(10, -2, 3, 4));
    assertThat(read.faces().get(1).pictureId()).isEqualTo("photos/a.jpg");
    assertThat(read.faces().get(1).box()).isEmpty();
    assertThat(read.faces().get(2).occluded()).contains(bits(0));
    assertThat(read.faces().get(2).annotation()).isEqualTo("mine/train.jsonl:4");
  }

  @Test
  void aColumnOverridesTheFilesName() throws IOException {
    // Given
    write("faces.csv", "picture,split,x0,y0,x1,y1\na,train,1,2,3,4\nb,test,1,2,3,4\nc,,1,2,3,4\n");
    write(
        "more.jsonl",
        """
        {"picture":"d","points":[[1,2],[3,4]],"split":"test"}
        {"picture":"e","points":[[1,2],[3,4]]}
        """);

    // Then
    assertThat(layout.splits(folder)).containsExactly("faces", "more", "test", "train");
    assertThat(pictures("train")).containsExactly("a");
    assertThat(pictures("test")).containsExactly("b", "d");
    assertThat(pictures("faces")).containsExactly("c");
    assertThat(pictures("more")).containsExactly("e");
    assertThat(pictures("all")).containsExactly("a", "b", "c", "d", "e");
    assertThat(read("all").faces())
        .extracting(FaceSample::split)
        .containsExactly("train", "test", "faces", "test", "more");
  }

  @Test
  void faultsOfOtherSplitsAreTheirs() throws IOException {
    // Given
    write("faces.csv", "picture,split,x0,y0,x1,y1\na,train,1,2,3,4\nb,test,?,2,3,4\n");
    write("val.csv", "nothing of ours\n");

    // Then
    assertThat(read("train").faults()).isEmpty();
    assertThat(read("test").faults()).hasSize(1);
    assertThat(read("all").faults()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a,1,2,3|mine/train.csv:2: 4 values (expected: 5 values as in line 1, decimal points)",
        "a,1,5,2,3,4|mine/train.csv:2: 6 values (expected: 5 values as in line 1, decimal points)",
        "a,1,2,\"3,5\",4|mine/train.csv:2: x1 \"3,5\" (expected: a number such as 123.45)",
        "a,1,,3,4|mine/train.csv:2: y0 \"\" (expected: a number such as 123.45)",
        "a,NaN,2,3,4|mine/train.csv:2: x0 \"NaN\" (expected: a number such as 123.45)",
        "a,0x1p3,2,3,4|mine/train.csv:2: x0 \"0x1p3\" (expected: a number such as 123.45)",
        "a,1e7,2,3,4|mine/train.csv:2: x0 1.0E7 (expected: a finite number from",
        "a,1e999,2,3,4|mine/train.csv:2: x0 Infinity (expected: a finite number from",
        "\"a,1,2,3,4|mine/train.csv:2: \"a,1,2,3,4 (expected: values with commas between",
        "\"a\"b,1,2,3,4|mine/train.csv:2: \"a\"b,1,2,3,4 (expected: values with commas between",
        "../a.jpg,1,2,3,4|mine/train.csv:2: picture \"../a.jpg\" (expected: a path relative to",
        "b/../../a,1,2,3,4|mine/train.csv:2: picture \"b/../../a\" (expected: a path relative to",
        "/etc/passwd,1,2,3,4|mine/train.csv:2: picture \"/etc/passwd\" (expected: a path",
        "c:\\a.jpg,1,2,3,4|mine/train.csv:2: picture \"c:\\a.jpg\" (expected: a path relative to",
        ",1,2,3,4|mine/train.csv:2: picture \"\" (expected: a path relative to",
        "photos/,1,2,3,4|mine/train.csv:2: picture \"photos/\" (expected: a path relative to"
      })
  void refusesARowAndGoesOn(String row, String message) throws IOException {
    // Given
    write("train.csv", "picture,x0,y0,x1,y1\n" + row + "\nphotos/a.jpg,1,2,3,4\n");

    // When
    CollectedFaces read = read("train");

    // Then
    assertThat(read.faults()).hasSize(1);
    assertThat(read.faults().get(0)).startsWith(message);
    assertThat(read.faces())
        .singleElement()
        .extracting(FaceSample::annotation)
        .isEqualTo("mine/train.csv:3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image,x0,y0,x1,y1 | mine/train.csv:1: no column picture (expected: picture,x0,y0",
        "picture;x0;y0;x1;y1 | mine/train.csv:1: columns with ; between them (expected: picture,",
        "picture,x0,y0 | mine/train.csv:1: 2 columns x0, y0, ... (expected: 4 for the 2 points",
        "picture,x0,y0,x1,y1,x2,y2 | mine/train.csv:1: 6 columns x0, y0, ... (expected: 4 for",
        "picture,x0,y0,x1,x2 | mine/train.csv:1: no column y1 (expected: one)",
        "picture,x0,y0,x1,y1,x1 | mine/train.csv:1: column x1 twice (expected: once)",
        "picture,x0,y0,x1,y1,box_x | mine/train.csv:1: no column box_y (expected: one)",
        "picture,x0,y0,x1,y1,bbox_x,box_w | mine/train.csv:1: column box_w (expected: picture,",
        "picture,x0,y0,x1,y1,occluded0 | mine/train.csv:1: 1 columns occluded0, ... (expected: 2,",
        "picture,x0,y0,x1,y1,x_2 | mine/train.csv:1: column x_2 (expected: picture, split,"
      })
  void refusesAHeader(String header, String message) throws IOException {
    // Given
    write("train.csv", header + "\na,1,2,3,4\n");

    // When
    CollectedFaces read = read("train");

    // Then
    assertThat(read.faces()).isEmpty();
    assertThat(read.faults()).hasSize(1);
    assertThat(read.faults().get(0)).startsWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|mine/train.jsonl:1: Unexpected end-of-input: expected close marker for Object (expected: a JSON object)",
        "[1]|mine/train.jsonl:1: [ (expected: an object such as",
        "7|mine/train.jsonl:1: 7 (expected: an object such as",
        "{} {}|mine/train.jsonl:1: more after the object (expected: an object a line)",
        "{\"points\":[[1,2],[3,4]]}|mine/train.jsonl:1: no picture (expected: a path such as",
        "{\"picture\":\"a\"}|mine/train.jsonl:1: no points (expected: [[x, y], ...], 2 points",
        "{\"picture\":7,\"points\":[[1,2],[3,4]]}|mine/train.jsonl:1: picture 7 (expected: a text",
        "{\"picture\":\"a\",\"points\":[[1,2]]}|mine/train.jsonl:1: points 1 (expected: [[x, y],",
        "{\"picture\":\"a\",\"points\":[1,2,3,4]}|mine/train.jsonl:1: points[0] 1 (expected: [x, y])",
        "{\"picture\":\"a\",\"points\":[[1,2],[3]]}|mine/train.jsonl:1: points[1] ] (expected: numbers",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,4,5]]}|mine/train.jsonl:1: points[1] 5 (expected: [x, y])",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,\"4\"]]}|mine/train.jsonl:1: points[1] 4 (expected: numbers",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,1e300]]}|mine/train.jsonl:1: points[1] 1.0E300 (expected: a",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,NaN]]}|mine/train.jsonl:1: Non-standard token 'NaN'",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,4]],\"box\":[1,2,0,4]}|mine/train.jsonl:1: box 0.0 x 4.0",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,4]],\"box\":[1,2,3]}|mine/train.jsonl:1: box 3 numbers (expected: 4: x, y, width, height)",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,4]],\"occluded\":[1]}|mine/train.jsonl:1: occluded 1 flags",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,4]],\"occluded\":[1,2]}|mine/train.jsonl:1: occluded[1] 2",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,4]],\"occlusion\":[1,0]}|mine/train.jsonl:1: field \"occlusion\"",
        "{\"picture\":\"a\",\"points\":[[1,2],[3,4]],\"split\":\"..\"}|mine/train.jsonl:1: split \"..\"",
        "{\"picture\":\"a\",\"picture\":\"b\",\"points\":[[1,2],[3,4]]}|mine/train.jsonl:1: Duplicate"
      })
  void refusesALineAndGoesOn(String line, String message) throws IOException {
    // Given
    write("train.jsonl", line + "\n{\"picture\":\"photos/a.jpg\",\"points\":[[1,2],[3,4]]}\n");

    // When
    CollectedFaces read = read("train");

    // Then
    assertThat(read.faults()).hasSize(1);
    assertThat(read.faults().get(0)).startsWith(message);
    assertThat(read.faces()).hasSize(1);
  }

  @Test
  void refusesDeepNestingAndLongTexts() throws IOException {
    // Given
    write(
        "train.jsonl",
        "{\"a\":" + "[".repeat(100_000) + "\n{\"picture\":\"" + "a".repeat(200_000) + "\"}\n");

    // Then
    assertThat(read("train").faults())
        .hasSize(2)
        .allSatisfy(fault -> assertThat(fault).hasSizeLessThan(500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"train.csv", "train.jsonl"})
  void refusesALineThatDoesNotEnd(String name) throws IOException {
    // Given
    String sound =
        name.endsWith("csv")
            ? "photos/a.jpg,1,2,3,4\n"
            : "{\"picture\":\"a\",\"points\":[[1,2],[3,4]]}\n";
    write(
        name,
        (name.endsWith("csv") ? "picture,x0,y0,x1,y1\n" : sound)
            + "1".repeat(600_000)
            + "\n"
            + sound);

    // When
    CollectedFaces read = read("train");

    // Then
    assertThat(read.faults())
        .containsExactly("mine/" + name + ":2: a longer line (expected: <= 524288 bytes)");
    assertThat(read.faces()).isNotEmpty();
  }

  @Test
  void readsWhatSpreadsheetsWrite() throws IOException {
    // Given: a byte order mark, CRLF, quotation marks, no line end at the end
    write(
        "train.csv",
        "\ufeff\"picture\",x0,y0 , x1,y1\r\n\"photos/a.jpg\", 1,2,3 ,4\r\n\r\nb,1,2,3,4");

    // When
    CollectedFaces read = read("train");

    // Then
    assertThat(read.faults()).isEmpty();
    assertThat(read.faces()).hasSize(2);
  }

  @Test
  void refusesAnotherEncoding() throws IOException {
    // Given
    Files.write(
        folder.resolve("train.csv"),
        "picture,x0,y0,x1,y1\né,1,2,3,4\n".getBytes(StandardCharsets.ISO_8859_1));

    // Then
    assertThat(read("train").faults())
        .containsExactly("mine/train.csv:2: bytes of another encoding (expected: UTF-8)");
  }

  @Test
  void aLinkThatLeadsOutIsRefused() throws IOException {
    // Given
    Path elsewhere = Files.createDirectories(root.resolve("else"));
    Files.write(elsewhere.resolve("secret.jpg"), new byte[] {1});
    Files.createSymbolicLink(folder.resolve("photos/out.jpg"), elsewhere.resolve("secret.jpg"));
    Files.createSymbolicLink(folder.resolve("away"), elsewhere);
    Files.createSymbolicLink(folder.resolve("photos/in.jpg"), folder.resolve("photos/a.jpg"));
    write(
        "train.csv",
        "picture,x0,y0,x1,y1\nphotos/out.jpg,1,2,3,4\naway/secret.jpg,1,2,3,4\nphotos/in.jpg,1,2,3,4\n");

    // When
    CollectedFaces read = read("train");

    // Then
    assertThat(read.faults())
        .hasSize(2)
        .allSatisfy(fault -> assertThat(fault).contains("by a symbolic link"));
    assertThat(read.faces()).singleElement().matches(FaceSample::hasPicture);
  }

  @Test
  void theDatasetItselfMayBeALink() throws IOException {
    // Given
    write("train.csv", "picture,x0,y0,x1,y1\nphotos/a.jpg,1,2,3,4\n");
    Path link = root.resolve("link");
    Files.createSymbolicLink(link, folder);

    // When
    CollectedFaces read = CollectedFaces.of(layout.open(link, "mine", "train", TWO));

    // Then
    assertThat(read.faces()).singleElement().matches(FaceSample::hasPicture);
  }

  @Test
  void aSplitThatIsNotThereIsRefusedNamingThoseThereAre() throws IOException {
    // Given
    write("train.csv", "picture,x0,y0,x1,y1\nphotos/a.jpg,1,2,3,4\n");

    // Then
    assertThatThrownBy(() -> layout.open(folder, "mine", "test", TWO))
        .isInstanceOfSatisfying(
            FaultException.class, f -> assertThat(f.reason()).isEqualTo("SPLIT_EMPTY"))
        .hasMessageContaining("there are [train]");
    assertThatThrownBy(() -> layout.open(folder, "mine", "../x", TWO))
        .hasMessageStartingWith("dataset.split: ../x");
  }

  @Test
  void saysWhichColumnsAreNotUsed() throws IOException {
    // Given
    write("train.csv", "picture,subject,x0,y0,x1,y1,pose\n");

    // Then
    assertThat(layout.open(folder, "mine", "train", TWO).remarks())
        .containsExactly("mine/train.csv: columns that are not used: [subject, pose]");
  }

  @Test
  void isRecognisedByItsFirstLine() throws IOException {
    // Given
    write("a.csv", "name,count\nx,1\n");
    assertThat(layout.evidence(folder)).isEmpty();

    // When
    write("b.jsonl", "{\"picture\":\"a\",\"points\":[[1,2]]}\n");

    // Then
    assertThat(layout.evidence(folder)).contains("b.jsonl");
  }

  @Test
  void aCarriageReturnEndsALine() throws IOException {
    // Given
    write("train.csv", "picture,x0,y0,x1,y1\na.jpg,1,2,3,4\rb.jpg,1,2,3,5\nc.jpg,1\r,2,3,5\n");
    write("old.csv", "picture,x0,y0,x1,y1\ra.jpg,1,2,3,4\rb.jpg,1,2,3,5\r");
    write("dos.csv", "picture,x0,y0,x1,y1\r\na.jpg,1,2,3,4\r\n");

    // When
    CollectedFaces read = read("train");

    // Then
    assertThat(read.faces())
        .extracting(FaceSample::annotation)
        .containsExactly("mine/train.csv:2", "mine/train.csv:3");
    assertThat(read.faults())
        .satisfiesExactly(
            fault -> assertThat(fault).startsWith("mine/train.csv:4: 2 values"),
            fault -> assertThat(fault).startsWith("mine/train.csv:5: 4 values"));
    assertThat(pictures("old")).containsExactly("a.jpg", "b.jpg");
    assertThat(read("dos").faces())
        .extracting(FaceSample::annotation)
        .containsExactly("mine/dos.csv:2");
  }

  @Test
  void allIsNoSplit() throws IOException {
    // Given
    write("all.csv", "picture,split,x0,y0,x1,y1\na.jpg,,1,2,3,4\nb.jpg,all,1,2,3,4\n");
    write("all.jsonl", "{\"picture\":\"c.jpg\",\"points\":[[1,2],[3,4]]}\n");
    write("test.csv", "picture,x0,y0,x1,y1\nd.jpg,1,2,3,4\n");

    // When
    CollectedFaces all = read("all");

    // Then
    assertThat(layout.splits(folder)).containsExactly("test");
    assertThat(all.faces()).hasSize(3);
    assertThat(all.faults()).singleElement().asString().startsWith("mine/all.csv:3: split \"all\"");
    assertThat(layout.open(folder, "mine", "all", TWO).remarks())
        .satisfiesExactly(
            remark -> assertThat(remark).startsWith("mine/all.csv: rows that name no split"),
            remark -> assertThat(remark).startsWith("mine/all.jsonl: rows that name no split"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.csv | image,x0,y0 | mine/train.csv:1: no column picture (expected: picture,x0,",
        "train.csv | picture;x0;y0 | mine/train.csv:1: columns with ; between them (expected: pic",
        "train.csv | '' | mine/train.csv: an empty file (expected: a line with column names)",
        "train.jsonl | [1] | mine/train.jsonl:1: no object with points (expected: an object such",
        "train.jsonl | '' | mine/train.jsonl: an empty file (expected: an object such as"
      })
  void saysWhyATableIsNone(String file, String line, String message) throws IOException {
    // Given
    write(file, line);

    // Then
    assertThat(layout.evidence(folder)).isEmpty();
    assertThat(layout.nearMiss(folder, "mine"))
        .hasValueSatisfying(why -> assertThat(why).startsWith(message));
    assertThatThrownBy(() -> new DatasetFolder(folder, "mine").recognise())
        .hasMessageStartingWith("dataset mine: of no known layout; as a table: " + message);
  }

  @Test
  void pointsOfNoSchemeSayWhatIsMissing() throws IOException {
    // Given
    write("train.csv", "picture,x0,y0,x1,y1\nphotos/a.jpg,1,2,3,4\n");
    write("val.jsonl", "{\"picture\":\"photos/a.jpg\",\"points\":[[1,2],[3,4]]}\n");

    // When
    List<String> faults =
        CollectedFaces.of(layout.open(folder, "mine", "all", LandmarkScheme.IBUG_68)).faults();

    // Then
    assertThat(faults)
        .containsExactly(
            "mine/train.csv:1: 2 points and no scheme-<id>.properties in the folder (expected: one"
                + " with count=2 and mirror=..., or 68 points)",
            "mine/val.jsonl:1: points 2 (expected: [[x, y], ...], 68 points of the scheme \"68\","
                + " or a file scheme-<id>.properties with count=2)");
  }

  private CollectedFaces read(String split) {
    return CollectedFaces.of(layout.open(folder, "mine", split, TWO));
  }

  private List<String> pictures(String split) {
    return read(split).faces().stream().map(FaceSample::pictureId).toList();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int m : set) {
      bits.set(m);
    }
    return bits;
  }
}
