package dev.facealign.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.run.Checkpoint.Group;
import dev.facealign.trainer.run.Checkpoint.Progress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

  private static final TreeMap<String, String> SETTINGS =
      new TreeMap<>(Map.of("epochs", "10", "optimiser.learningRate", "0.001"));

  @Test
  void comesBackAsItWas(@TempDir Path folder) {
    // Given
    Checkpoint checkpoint = checkpoint();
    // When
    checkpoint.write(folder);
    Checkpoint read = Checkpoint.read(folder);
    // Then
    assertThat(read.epoch()).isEqualTo(3);
    assertThat(read.step()).isEqualTo(17);
    assertThat(read.progress()).isEqualTo(checkpoint.progress());
    for (Group group : Group.values()) {
      assertThat(read.group(group)).isEqualTo(checkpoint.group(group));
    }
    assertThat(read.best()).isEqualTo(checkpoint.best());
    assertThatCode(() -> read.requireSettings(SETTINGS)).doesNotThrowAnyException();
  }

  @Test
  void keepsInfinitiesOfARunWithoutAnEpoch() {
    // Given
    Checkpoint start = Checkpoint.of(Progress.START, SETTINGS, Map.of(), null);
    // Then
    assertThat(Checkpoint.decode(start.encode()).progress()).isEqualTo(Progress.START);
    assertThat(Checkpoint.decode(start.encode()).best()).isNull();
  }

  @Test
  void isRefusedForOtherSettingsByName() {
    // Given
    TreeMap<String, String> others = new TreeMap<>(SETTINGS);
    others.put("optimiser.learningRate", "0.002");
    // Then
    assertThatThrownBy(() -> checkpoint().requireSettings(others))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.FAILED_PRECONDITION);
              assertThat(fault.reason()).isEqualTo(Checkpoint.MISMATCH);
            })
        .hasMessageContaining("optimiser.learningRate: 0.001")
        .hasMessageContaining("expected: 0.002");
  }

  @Test
  void isRefusedWhereSettingsAreMissingOnOneSide() {
    TreeMap<String, String> more = new TreeMap<>(SETTINGS);
    more.put("seed", "1");
    TreeMap<String, String> fewer = new TreeMap<>(SETTINGS);
    fewer.remove("epochs");
    assertThatThrownBy(() -> checkpoint().requireSettings(more)).hasMessageContaining("seed");
    assertThatThrownBy(() -> checkpoint().requireSettings(fewer)).hasMessageContaining("epochs");
  }

  @Test
  void isLaidOutAsSafetensors() {
    // When
    byte[] bytes = checkpoint().encode();
    // Then
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, 8, (int) length, StandardCharsets.UTF_8);
    assertThat((8 + length) % 8).isZero();
    assertThat(header)
        .startsWith("{\"__metadata__\":{\"format\":\"facealign-checkpoint-2\"")
        .contains("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]");
  }

  @Property(tries = 200)
  void isRefusedWhenCutShort(@ForAll double share) {
    // Given
    byte[] whole = checkpoint().encode();
    int length = (int) (Math.abs(share % 1) * whole.length);
    // Then
    assertThatThrownBy(() -> Checkpoint.decode(Arrays.copyOf(whole, length)))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> assertThat(fault.reason()).isEqualTo(Checkpoint.UNREADABLE));
  }

  @Property(tries = 500)
  void isReadOrRefusedWhenAByteIsWrong(@ForAll int position, @ForAll byte value) {
    // Given
    byte[] bytes = checkpoint().encode();
    bytes[Math.floorMod(position, bytes.length)] = value;
    // Then nothing but a fault is thrown
    try {
      Checkpoint.decode(bytes);
    } catch (FaultException fault) {
      assertThat(fault.reason()).isIn(Checkpoint.UNREADABLE, Checkpoint.MISMATCH);
    }
  }

  private static Checkpoint checkpoint() {
    Map<String, Tensor> tensors = Map.of("a", Tensor.vector(new float[] {1.5f, Float.MIN_VALUE}));
    return Checkpoint.of(
        new Progress(3, 17, 0.1 + 0.2, 1e-300, 2, 0.0625),
        SETTINGS,
        Map.of(
            Group.WEIGHTS, tensors,
            Group.AVERAGE, Map.of("a", Tensor.vector(new float[] {-0f, 2})),
            Group.ADAM_FIRST, tensors,
            Group.ADAM_SECOND, tensors),
        Map.of("a", new Tensor(new long[] {1, 2}, new float[] {3, 4})));
  }
}
