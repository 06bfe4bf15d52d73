package dev.facealign.dataset.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FacePointsFileTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void readsFacesInTheirOrder() throws IOException {
    // When: a byte order mark, a header, CRLF, a blank line, missing values
    List<String> faces = read("\uFEFFid,x0,y0,x1,y1\r\nb, 1.5 ,2,3,-4\r\n\r\na,nan,NaN,,1e2\r\n");

    // Then
    assertThat(faces)
        .containsExactly(
            "b [1.5, 2.0, 3.0, -4.0] points.csv:2", "a [NaN, NaN, NaN, 100.0] points.csv:4");
  }

  @Test
  void aFileMayHaveNoHeader() throws IOException {
    assertThat(read("b,1,2,3,4\na,nan,1,1,1"))
        .containsExactly(
            "b [1.0, 2.0, 3.0, 4.0] points.csv:1", "a [NaN, 1.0, 1.0, 1.0] points.csv:2");
    assertThat(read("a,nan,1,1,1")).hasSize(1);
    assertThat(read("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,1,2,3 | points.csv:1: 3 values behind the id (expected: 4, x and y of 2 points)",
        "a,1,2,3,4,5 | points.csv:1: 5 values behind the id (expected: 4, x and y of 2 points)",
        ",1,2,3,4 | points.csv:1: no id (expected: a face's id first)",
        "a,1,2,x,4 | points.csv:1: x1 \"x\" (expected: a number such as 123.45, or nan)",
        "a,1,2,3,1e9 | points.csv:1: y1 1.0E9 (expected: a finite number from -1000000 to 1000000)",
        "a | points.csv:1: 0 values behind the id (expected: 4, x and y of 2 points)"
      })
  void refusesWhatIsWrongNamingTheLine(String text, String message) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(FaultException.class).hasMessage(message);
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatThrownBy(
            () -> FacePointsFile.read(folder.resolve("none.csv"), 2, (id, xy, place) -> {}))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("none.csv");
  }

  private List<String> read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("points.csv"), text);
    List<String> faces = new ArrayList<>();
    FacePointsFile.read(
        file, 2, (id, xy, place) -> faces.add(id + " " + Arrays.toString(xy) + " " + place));
    return faces;
  }
}
