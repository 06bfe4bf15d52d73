package dev.facealign.dataset.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facealign.dataset.crops.CropsLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NpyFuzzTest {
  private static final List<byte[]> SEEDS =
      List.of(
          npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (6,), }", 48),
          npy(2, "{'descr': '>f4', 'fortran_order': True, 'shape': (3, 2), }", 24),
          npy(3, "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 6), }", 6),
          npy(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (6, 1), }", 12),
          npy(1, "{'descr': '|O', 'fortran_order': False, 'shape': (6,), }", 48),
          npy(1, "{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (6,), }", 48));

  @TempDir Path folder;

  private Reading reading;

  @BeforeEach
  void open() {
    reading =
        Reading.ofDataset(
                folder,
                "annotations/face.npy",
                new CropsLayout(),
                Seeds.THREE_POINTS,
                Reading.MOST_BYTES)
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
    Seeds.findings(NpyFuzzTest.class).forEach(reading::accepts);
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

  private static byte[] npy(int version, String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    int lengthBytes = version == 1 ? 2 : 4;
    ByteBuffer file =
        ByteBuffer.allocate(8 + lengthBytes + text.length + dataBytes)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      file.putShort((short) text.length);
    } else {
      file.putInt(text.length);
    }
    return file.put(text).array();
  }
}
