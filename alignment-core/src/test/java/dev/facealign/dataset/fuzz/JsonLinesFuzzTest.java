package dev.facealign.dataset.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facealign.dataset.table.TableLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonLinesFuzzTest {
  private static final List<byte[]> SEEDS =
      Seeds.texts(
          "{\"picture\": \"a.jpg\", \"split\": \"train\", \"box\": [1, 2, 30, 40], \"points\": [[1, 2], [3, 4.5], [5, -6e0]], \"occluded\": [0, 1, 0]}\n{\"picture\": \"b.png\", \"points\": [[1, 2], [3, 4], [5, 6]]}\n",
          "{\"points\":[[1,2],[3,4],[5,6]],\"picture\":\"d/\\u0065.jpg\",\"box\":null,\"split\":null,\"note\":{\"a\":[{},[],true,false,null,\"x\"]}}\r\n\r\n",
          "{\"picture\": \"../a.jpg\", \"points\": [[1, 2], [3, 4], [5]]}\n[1]\nnull\n{\"picture\": 7, \"picture\": \"a\"}\n{");

  @TempDir Path folder;

  private Reading reading;

  @BeforeEach
  void open() {
    reading =
        Reading.ofDataset(
                folder, "train.jsonl", new TableLayout(), Seeds.THREE_POINTS, Reading.MOST_BYTES)
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
    Seeds.findings(JsonLinesFuzzTest.class).forEach(reading::accepts);
  }

  @Test
  void readsOrRefusesMutations() {
    reading.acceptsMutations(SEEDS, 2000);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void readsOrRefuses(byte[] content) {
    reading.accepts(content);
  }
}
