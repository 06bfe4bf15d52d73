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

class CsvFuzzTest {
  private static final List<byte[]> SEEDS =
      Seeds.texts(
          "picture,split,box_x,box_y,box_width,box_height,x0,y0,x1,y1,x2,y2,occluded0,occluded1,occluded2\na.jpg,train,1,2,30,40,1,2,3,4,5,6,0,1,0\n\"b,\"\"c.png\",test,,,,,1.5,2,3,4,5,6e0,1,1,1\n",
          "x0,y0,x1,y1,x2,y2,picture\r\n1,2,3,4,5,6,d/e.jpg\r\n\r\n1,2,3,4,5,,d/e.jpg\r\n",
          "ï»¿picture,x0,y0,x1,y1,x2,y2,note\n../a.jpg,1,2,3,4,5,6,\"a\nb\"\n/etc/passwd,1,2,3,4,5,NaN,x\n");

  @TempDir Path folder;

  private Reading reading;

  @BeforeEach
  void open() {
    reading =
        Reading.ofDataset(
                folder, "train.csv", new TableLayout(), Seeds.THREE_POINTS, Reading.MOST_BYTES)
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
    Seeds.findings(CsvFuzzTest.class).forEach(reading::accepts);
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
