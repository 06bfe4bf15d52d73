package dev.facealign.dataset.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facealign.dataset.pts.PtsLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PtsFuzzTest {
  private static final List<byte[]> SEEDS =
      Seeds.texts(
          "version: 1\nn_points: 3\n{\n1 2\n3.5 4e1\n-5 .6\n}\n",
          "1 2\r\n3 4\r\n5 6\r\n",
          "ï»¿version: 1\nn_points:  3\n\n{\n 1\t2 \n3,5 4\n5 6\n}",
          "{\n1 2 3\nNaN 4\n}\n7");

  @TempDir Path folder;

  private Reading reading;

  @BeforeEach
  void open() {
    reading =
        Reading.ofDataset(
                folder, "afw/face.pts", new PtsLayout(), Seeds.THREE_POINTS, Reading.MOST_BYTES)
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
    Seeds.findings(PtsFuzzTest.class).forEach(reading::accepts);
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
