package dev.facealign.dataset.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facealign.dataset.cofw.CofwLayout;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MatFuzzTest {
  /** Four pictures, each with 72 MB of pixels and a chunk in three forms, of 16 MiB each. */
  private static final long MOST_BYTES = 600L << 20;

  private static final List<byte[]> SEEDS =
      Seeds.resources(
          "train.mat",
          "plain.mat",
          "shuffled.mat",
          "single.mat",
          "no-user-block.mat",
          "column-of-cells.mat",
          "newer-hdf5.mat",
          "picture-unwritten.mat");

  @TempDir Path folder;

  private Reading reading;

  @BeforeEach
  void open() {
    reading =
        Reading.ofDataset(
                folder,
                "COFW_train_color.mat",
                new CofwLayout(),
                LandmarkScheme.COFW_29,
                MOST_BYTES)
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
    Seeds.findings(MatFuzzTest.class).forEach(reading::accepts);
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
