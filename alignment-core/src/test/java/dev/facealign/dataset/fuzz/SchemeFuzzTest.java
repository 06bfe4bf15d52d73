package dev.facealign.dataset.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SchemeFuzzTest {
  private static final List<byte[]> SEEDS =
      Seeds.texts(
          "count=5\nmirror=0-1,3-4\nouter-eye-corners=0,1\nleft-pupil=0\nright-pupil=1\nregions=eyes,nose,mouth\nregion.eyes=0,1\nregion.nose=2\nregion.mouth=3-4\nrings=eyes\n",
          "# comment\ncount: 3\n",
          "count=68\nmirror=0-16,1-15\nregions=jaw\nregion.jaw=0-16\nrings=\n",
          "count=2\\\n7\nmirror=0-1\n\\u0072egions=a b\nregion.a\\ b=0-999999999\n");

  @TempDir Path folder;

  private Reading reading;

  @BeforeEach
  void open() {
    reading =
        new Reading(
                folder.resolve("scheme-fuzz.properties"),
                Reading.MOST_BYTES,
                () -> LandmarkScheme.read(folder.resolve("scheme-fuzz.properties")))
            .after(SEEDS.get(0));
  }

  static Stream<Arguments> seeds() {
    return SEEDS.stream().map(seed -> Arguments.of((Object) seed));
  }

  @Test
  void acceptsTheFirstSeed() {
    assertThat(reading.accepts(SEEDS.get(0))).isTrue();
  }

  @Test
  void readsOrRefusesSeedsAndFormerFindings() {
    SEEDS.forEach(reading::accepts);
    Seeds.findings(SchemeFuzzTest.class).forEach(reading::accepts);
  }

  @Test
  void readsOrRefusesMutations() {
    reading.acceptsMutations(SEEDS, 1500);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void readsOrRefuses(byte[] content) {
    reading.accepts(content);
  }
}
