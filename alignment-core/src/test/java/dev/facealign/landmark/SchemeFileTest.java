package dev.facealign.landmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme.PointPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemeFileTest {
  private static final String FIVE_POINTS =
      """
      # Eyes, nose, corners of the mouth.
      count=5
      mirror=0-1, 3-4
      left-pupil=0
      right-pupil=1
      regions=eyes,nose,mouth
      region.eyes=0,1
      region.nose=2
      region.mouth=3-4
      """;

  @TempDir private Path folder;

  @Test
  void readsASchemeOfAUsersOwn() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("scheme-five.properties"), FIVE_POINTS);

    // When
    LandmarkScheme scheme = LandmarkScheme.read(file);

    // Then
    assertThat(scheme.id()).isEqualTo("five");
    assertThat(scheme.count()).isEqualTo(5);
    assertThat(scheme.mirror()).containsExactly(1, 0, 2, 4, 3);
    assertThat(scheme.outerEyeCorners()).isEmpty();
    assertThat(scheme.pupils().orElseThrow().right()).containsExactly(1);
    assertThat(scheme.regions().keySet()).containsExactly("eyes", "nose", "mouth");
    assertThat(Objects.requireNonNull(scheme.regions().get("mouth")).points())
        .containsExactly(3, 4);
    assertThat(scheme).isEqualTo(LandmarkScheme.read(file)).isNotEqualTo(LandmarkScheme.IBUG_68);
  }

  @Test
  void aSchemeOfPointsAloneIsEnough() {
    // When
    LandmarkScheme scheme = parse("count=98\nmirror=\n");

    // Then
    assertThat(scheme.count()).isEqualTo(98);
    assertThat(scheme.mirrorOf(97)).isEqualTo(97);
    assertThat(scheme.regions()).isEmpty();
    assertThat(scheme.pupils()).isEmpty();
  }

  @Test
  void schemesThatDifferInAnyPartAreDifferent() {
    // Given
    LandmarkScheme scheme = parse(FIVE_POINTS);

    // Then
    assertThat(parse(FIVE_POINTS)).isEqualTo(scheme).hasSameHashCodeAs(scheme);
    assertThat(parse(FIVE_POINTS + "rings=eyes\n")).isNotEqualTo(scheme);
    assertThat(parse(FIVE_POINTS + "outer-eye-corners=0,1\n")).isNotEqualTo(scheme);
    assertThat(parse(FIVE_POINTS.replace("0-1, 3-4", "0-1"))).isNotEqualTo(scheme);
    assertThat(parse(FIVE_POINTS + "outer-eye-corners=0,1\n").outerEyeCorners())
        .contains(new PointPair(0, 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "count=0|count: 0 (expected: 1 to 1000)",
        "count=five|count: five (expected: 1 to 1000)",
        "count=5|mirror: missing (expected: pairs such as 0-16,1-15; empty where each point is its own mirror image)",
        "mirror=0-1|count: missing (expected: 1 to 1000)",
        "\"count=5\nmirror=0-5\"|mirror: 0-5 (expected: points below 5, each once)",
        "\"count=5\nmirror=0-1,1-2\"|mirror: 1-2 (expected: points below 5, each once)",
        "\"count=5\nmirror=0\"|mirror: 0 (expected: pairs such as 0-16,1-15)",
        "\"count=5\nmirror=\nouter-eye-corners=1\"|outer-eye-corners: 1 (expected: two points, such as 36,45)",
        "\"count=5\nmirror=\nouter-eye-corners=1,7\"|scheme.outer-eye-corners: 7 (expected: points from 0 to 4, each once)",
        "\"count=5\nmirror=\nleft-pupil=1\"|right-pupil: missing (expected: both pupils, or neither)",
        "\"count=5\nmirror=\nregions=jaw\"|region.jaw: missing (expected: the region's points, such as 0-16)",
        "\"count=5\nmirror=\nregions=jaw\nregion.jaw=0-9\"|scheme.region.jaw: 5 (expected: points from 0 to 4, each once)",
        "\"count=5\nmirror=\nregions=jaw\nregion.jaw=3-1\"|region.jaw: 3-1 (expected: ranges that rise, such as 0-3, each point once)",
        "\"count=5\nmirror=\nrings=jaw\"|rings: jaw (expected: some of the regions [])",
        "\"count=5\npupil=1\"|key: pupil (expected: one of [count, left-pupil, mirror,",
        "\"count=5\nkey=\\u00zz\"|text: Malformed",
      })
  void refusesAFileByFileKeyAndValue(String content, String message) {
    assertThatThrownBy(() -> parse(content))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("scheme-mine.properties: " + message);
  }

  @Test
  void refusesAnotherFileName() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("five.properties"), FIVE_POINTS);

    // Then
    assertThatThrownBy(() -> LandmarkScheme.read(file))
        .isInstanceOf(FaultException.class)
        .hasMessage("scheme file: five.properties (expected: a name scheme-<id>.properties)");
  }

  private static LandmarkScheme parse(String content) {
    return SchemeFile.parse(
        "scheme-mine.properties", "mine", content.getBytes(StandardCharsets.UTF_8));
  }
}
