package dev.facealign.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.facealign.cli.TestConsole;
import dev.facealign.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsCommandTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();

  @Test
  void agreesWithTheReferenceValues() throws IOException {
    // Given predictions in another order than the truth
    JsonObject golden = Golden.metrics();
    write("truth.csv", lines(golden.getAsJsonArray("ground_truth")));
    List<String> predicted = lines(golden.getAsJsonArray("predicted"));
    Collections.reverse(predicted);
    write("mine.csv", predicted);

    // When
    int exit = run("--json");

    // Then
    assertThat(exit).isZero();
    JsonObject json = json();
    JsonObject expected = golden.getAsJsonObject("expected");
    for (String key : expected.keySet()) {
      if (key.equals("per_face_nme")) {
        assertThat(Golden.numbers(json.getAsJsonArray(key)))
            .containsExactly(Golden.numbers(expected.getAsJsonArray(key)), within(1e-12));
      } else {
        assertThat(json.get(key).getAsDouble())
            .as(key)
            .isCloseTo(expected.get(key).getAsDouble(), within(1e-12));
      }
    }
    JsonArray interval = json.getAsJsonObject("intervals_95").getAsJsonArray("nme");
    assertThat(json.get("nme").getAsDouble())
        .isBetween(interval.get(0).getAsDouble(), interval.get(1).getAsDouble());
    assertThat(json.getAsJsonArray("ids").get(0).getAsString()).isEqualTo("face-0");
  }

  @Test
  void listsFacesWithoutAnErrorAndAveragesNoneOfThem() throws IOException {
    // Given a scheme of three points, of which the first two are the eyes' corners
    Files.writeString(
        folder.resolve("scheme-three.properties"),
        """
        count=3
        mirror=0-1
        outer-eye-corners=0,1
        regions=eyes,nose
        region.eyes=0,1
        region.nose=2
        rings=
        """);
    write(
        "truth.csv",
        List.of(
            "good,0,0,100,0,50,50",
            "absent,0,0,100,0,50,50",
            "nan,0,0,100,0,50,50",
            "flat,7,7,7,7,50,50",
            "untrue,0,0,100,0,nan,50"));
    write(
        "mine.csv",
        List.of(
            "good,0,0,100,0,50,59",
            "nan,0,0,100,0,50,nan",
            "flat,7,7,7,7,50,50",
            "untrue,0,0,100,0,50,50"));

    // When
    int exit = run("--scheme", "scheme-three.properties", "--threshold", "0.03,0.025");

    // Then
    assertThat(exit).isZero();
    assertThat(console.out())
        .contains(
            "5 faces: 2 failed, 2 excluded; errors by the inter-ocular length",
            "invalid: absent: not predicted",
            "invalid: nan: prediction is not finite",
            "invalid: flat: nothing to divide by: inter-ocular 0",
            "invalid: untrue: true points are missing")
        .anyMatch(line -> line.matches("NME +3\\.00 % .*"))
        .anyMatch(line -> line.matches("FR@3% +66\\.67 % .*"))
        .anyMatch(line -> line.matches("FR@2\\.5% +100\\.00 % .*"))
        .anyMatch(line -> line.matches("NME of nose +9\\.00 %"))
        .anyMatch(line -> line.matches("NME of eyes +0\\.00 %"));
  }

  @Test
  void tellsWhetherOtherPredictionsAreWorse() throws IOException {
    // Given
    JsonObject golden = Golden.metrics();
    write("truth.csv", lines(golden.getAsJsonArray("ground_truth")));
    write("mine.csv", lines(golden.getAsJsonArray("ground_truth")));
    write("theirs.csv", lines(golden.getAsJsonArray("predicted")));

    // When
    run("--against", "theirs.csv");

    // Then
    assertThat(console.out().get(console.out().size() - 1))
        .startsWith("against theirs.csv: NME differs by -5.16 % (95 %: -")
        .endsWith(" over 60 faces; it is better");
  }

  @Test
  void refusesFacesThatTheTruthDoesNotHave() throws IOException {
    // Given
    write("truth.csv", List.of("a" + ",1".repeat(136)));
    write("mine.csv", List.of("b" + ",1".repeat(136)));

    // When
    int exit = run();

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(console.err().get(0)).contains("mine.csv: face b (expected: faces of ");
  }

  @Test
  void refusesTheSameFaceTwice() throws IOException {
    // Given
    String face = "a" + ",1".repeat(136);
    write("truth.csv", List.of(face, face));
    write("mine.csv", List.of(face));

    // When
    int exit = run();

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(console.err().get(0)).contains("truth.csv:2: face a again (expected: each once)");
  }

  @Test
  void refusesANormaliserThatTheSchemeDoesNotHave() throws IOException {
    // When
    int exit = run("--normaliser", "nose");

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(console.err().get(0))
        .contains(
            "--normaliser: nose (expected: one of [inter-ocular, inter-pupil, box-diagonal] with"
                + " scheme 68)");
  }

  private static List<String> lines(JsonArray faces) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < faces.size(); i++) {
      StringBuilder line = new StringBuilder("face-" + i);
      faces
          .get(i)
          .getAsJsonArray()
          .forEach(
              point -> point.getAsJsonArray().forEach(number -> line.append(',').append(number)));
      lines.add(line.toString());
    }
    return lines;
  }

  private void write(String name, List<String> lines) throws IOException {
    Files.write(folder.resolve(name), lines);
  }

  private int run(String... more) {
    List<String> line =
        new ArrayList<>(List.of("metrics", "--truth", "truth.csv", "--predictions", "mine.csv"));
    line.addAll(Arrays.asList(more));
    return console.run(folder, Map.of(), line.toArray(String[]::new));
  }

  private JsonObject json() {
    return JsonParser.parseString(String.join("\n", console.out())).getAsJsonObject();
  }
}
