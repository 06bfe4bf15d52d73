package dev.facealign.dataset.pts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PtsFileTest {
  @TempDir Path folder;

  @Test
  void countsPixelsFromZero() throws IOException {
    // Given
    Path file = write("version: 1\nn_points: 2\n{\n1 1\n10.5 20.25\n}\n");

    // Then
    assertThat(PtsFile.read(file, 2)).isEqualTo(Landmarks.of(0, 0, 9.5, 19.25));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version: 1\r\nn_points: 2\r\n{\r\n1 2\r\n3 4\r\n}\r\n",
        "\u00ef\u00bb\u00bfversion: 1\nn_points: 2\n{\n1 2\n3 4\n}",
        "{\n1 2\n3 4\n}",
        "1 2\n3 4\n",
        "version: 1\nn_points:  2\n\n{\n\n  1\t2  \n3   4\n}\n\n",
        "VERSION: 1\nN_POINTS: 2\n{\n1.0e0 +2\n3. 4\n}"
      })
  void readsWithPatience(String text) throws IOException {
    assertThat(PtsFile.read(write(text), 2)).isEqualTo(Landmarks.of(0, 1, 2, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{@1 2@}                         | face.pts:3: 1 points (expected: 2 points)",
        "n_points: 3@{@1 2@3 4@}         | face.pts:1: n_points 3 (expected: n_points 2)",
        "n_points: x@{@1 2@3 4@}         | face.pts:1: n_points x (expected: n_points 2)",
        "{@1 2@3,5 4@}                   | face.pts:3: \"3,5\" (expected: a number such as 123.45)",
        "{@1 2@3 four@}                  | face.pts:3: \"four\" (expected: a number such as 123.45)",
        "{@1 2@3 NaN@}                   | face.pts:3: \"NaN\" (expected: a number such as 123.45)",
        "{@1 2@3 Infinity@}              | face.pts:3: \"Infinity\" (expected: a number",
        "{@1 2@3 1e999@}                 | face.pts:3: \"1e999\" (expected: a finite number",
        "{@1 2@3 1000002@}               | face.pts:3: \"1000002\" (expected: a finite number from",
        "{@1 2@3 0x1p3@}                 | face.pts:3: \"0x1p3\" (expected: a number such as 123.45)",
        "{@1 2@3 4 5@}                   | face.pts:3: \"3 4 5\" (expected: x and y,",
        "{@1 2@3@}                       | face.pts:3: \"3\" (expected: x and y,",
        "{@1 2@3 4@5 6@}                 | face.pts:4: \"5 6\", point 3 (expected: 2 points)",
        "{@1 2@3 4@}@5 6                 | face.pts:5: \"5 6\" (expected: nothing after })",
        "@                               | face.pts:2: 0 points (expected: 2 points)"
      })
  void refusesNamingFileLineValueAndExpectation(String text, String message) throws IOException {
    // Given
    Path file = write(text.strip().replace('@', '\n'));

    // Then
    assertThatThrownBy(() -> PtsFile.read(file, 2))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(fault.reason()).isEqualTo("ANNOTATION_INVALID");
            })
        .hasMessageStartingWith(message);
  }

  @Test
  void refusesSixtySevenPoints() throws IOException {
    // Given
    String points =
        IntStream.range(0, 67).mapToObj(i -> i + " " + i).collect(Collectors.joining("\n"));
    Path file = write("version: 1\nn_points: 68\n{\n" + points + "\n}\n");

    // Then
    assertThatThrownBy(() -> PtsFile.read(file, 68))
        .hasMessageContaining("67 points (expected: 68 points)");
  }

  @Test
  void refusesRubbish() throws IOException {
    // Given
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(1, 3000)];
      random.nextBytes(bytes);
      Path file = folder.resolve("face.pts");
      Files.write(file, bytes);

      // Then
      assertThatThrownBy(() -> PtsFile.read(file, 68)).isInstanceOf(FaultException.class);
    }
  }

  @Test
  void refusesAGiantFileUnread() throws IOException {
    // Given
    Path file = folder.resolve("face.pts");
    Files.write(file, new byte[(1 << 20) + 1]);

    // Then
    assertThatThrownBy(() -> PtsFile.read(file, 68)).hasMessageContaining("1048577 bytes");
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatThrownBy(() -> PtsFile.read(folder.resolve("none.pts"), 68))
        .isInstanceOfSatisfying(
            FaultException.class, f -> assertThat(f.kind()).isEqualTo(FaultKind.NOT_FOUND))
        .hasMessageContaining("none.pts");
  }

  @Test
  void readsWhatItWrote() {
    // Given
    Landmarks face = Landmarks.of(new SplittableRandom(4).doubles(136, -50, 5000).toArray());
    Path file = folder.resolve("face.pts");

    // When
    PtsFile.write(file, face);

    // Then
    assertThat(PtsFile.read(file, 68).toArray()).containsExactly(face.toArray(), within(1e-6));
  }

  private Path write(String text) throws IOException {
    Path file = folder.resolve("face.pts");
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    return file;
  }
}
