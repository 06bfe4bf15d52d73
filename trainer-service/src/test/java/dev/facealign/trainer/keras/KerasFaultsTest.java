package dev.facealign.trainer.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.network.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what they should be: a real one with some bytes changed. */
class KerasFaultsTest {

  private static final NetworkKind KIND = NetworkKind.MOBILENET_V2;

  @TempDir Path folder;
  private byte[] content = new byte[0];

  @BeforeEach
  void readTheFile() throws IOException {
    content = Files.readAllBytes(KerasReference.file(KIND, folder));
  }

  @Test
  void aLayerThatIsMissingIsNamed() {
    replace("bn_Conv1", "bn_Conv2");
    assertRefused(KerasFile.MISMATCH, "weights: bn_Conv1: no such layer");
  }

  @Test
  void aTensorThatIsMissingIsNamed() {
    replace("moving_variance:0", "moving_variancy:0");
    assertRefused(KerasFile.MISMATCH, "weights: bn_Conv1/moving_variance:0: missing");
  }

  @Test
  void anotherNumberOfOutputsIsNamed() {
    assertThatThrownBy(() -> KerasWeights.read(write(), KIND, 58))
        .isInstanceOf(FaultException.class)
        .hasMessage("weights: O_L/kernel:0: [1280, 136] (expected: [1280, 58])");
  }

  @Test
  void anotherNetworkIsNamed() {
    assertThatThrownBy(() -> KerasWeights.read(write(), NetworkKind.EFFICIENTNET_B3, 136))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("weights: stem_conv: no such layer");
  }

  @Test
  void anActivationAfterTheLinearLayerIsRefused() {
    replace("\"activation\": \"linear\"", "\"activation\": \"tanh\"  ");
    assertRefused(KerasFile.MISMATCH, "weights: O_L.activation: \"tanh\" (expected: linear)");
  }

  @Test
  void aRescalingOfTheInputBecomesPartOfTheFirstKernel() {
    // Given
    Map<String, Tensor> plain = KerasWeights.read(write(), KIND, 136);
    // When the layer in front multiplies by a half
    replacePooling("Rescaling", "\"scale\": 0.5");
    Map<String, Tensor> rescaled = KerasWeights.read(write(), KIND, 136);
    // Then
    float[] before = Objects.requireNonNull(plain.get("stem/kernel")).values();
    float[] after = Objects.requireNonNull(rescaled.get("stem/kernel")).values();
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i]).isCloseTo(before[i] / 2, within(1e-7f));
    }
    assertThat(rescaled.get("block3/project/kernel")).isEqualTo(plain.get("block3/project/kernel"));
  }

  @Test
  void anOffsetOfTheInputIsRefused() {
    replacePooling("Rescaling", "\"offset\": 1");
    assertRefused(KerasFile.MISMATCH, "weights: rescaling.offset: 1.0 (expected: 0");
  }

  @Test
  void aNumberThatIsNoneIsNamed() {
    // Given the first number of the first kernel, found by its neighbours
    Map<String, Tensor> weights = KerasWeights.read(write(), KIND, 136);
    float[] bias = Objects.requireNonNull(weights.get("head/bias")).values();
    java.nio.ByteBuffer bytes =
        java.nio.ByteBuffer.allocate(16).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 4; i++) {
      bytes.putFloat(-bias[i]);
    }
    int at = indexOf(bytes.array(), 0);
    while (indexOf(bytes.array(), at + 1) >= 0) {
      at = indexOf(bytes.array(), at + 1);
    }
    // When
    content[at + 2] = (byte) 0x80;
    content[at + 3] = 0x7f;
    // Then
    assertThatThrownBy(() -> KerasWeights.read(write(), KIND, 136))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining(":0[")
        .hasMessageContaining("(expected: a finite number)");
  }

  @Test
  void aFileThatIsCutShortIsRefused() {
    for (double share : new double[] {0, 0.001, 0.01, 0.3, 0.9, 0.999}) {
      byte[] whole = content;
      content = Arrays.copyOf(whole, (int) (share * whole.length));
      assertThatThrownBy(() -> KerasWeights.read(write(), KIND, 136))
          .isInstanceOfSatisfying(
              FaultException.class,
              fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT));
      content = whole;
    }
  }

  @Test
  void nothingButAFaultIsThrownWhateverByteIsWrong() {
    SplittableRandom random = new SplittableRandom(4);
    byte[] whole = content;
    for (int i = 0; i < 60; i++) {
      content = whole.clone();
      // Most of the structure lies in the first and the last part of the file
      int at = random.nextInt(i % 2 == 0 ? 20_000 : whole.length);
      for (int k = 0; k < 8 && at + k < whole.length; k++) {
        content[at + k] = (byte) random.nextInt();
      }
      try {
        KerasWeights.read(write(), KIND, 136);
      } catch (FaultException fault) {
        assertThat(fault.reason()).isIn(KerasFile.UNREADABLE, KerasFile.MISMATCH);
      }
    }
  }

  private void assertRefused(String reason, String message) {
    assertThatThrownBy(() -> KerasWeights.read(write(), KIND, 136))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(fault.reason()).isEqualTo(reason);
            })
        .hasMessageStartingWith(message);
  }

  private Path write() {
    try {
      return Files.write(folder.resolve("changed.h5"), content);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Makes another layer of the one that has no weights and no settings. */
  private void replacePooling(String kind, String setting) {
    String pooling =
        "\"class_name\": \"GlobalAveragePooling2D\", \"name\": \"global_average_pooling2d\","
            + " \"config\": {\"name\": \"global_average_pooling2d\"}";
    String other =
        "\"class_name\": \"" + kind + "\", \"name\": \"rescaling\", \"config\": {" + setting + "}";
    replace(pooling, other + " ".repeat(pooling.length() - other.length()));
  }

  private void replace(String text, String other) {
    byte[] from = text.getBytes(StandardCharsets.US_ASCII);
    byte[] to = other.getBytes(StandardCharsets.US_ASCII);
    assertThat(to).hasSameSizeAs(from);
    int at = indexOf(from, 0);
    assertThat(at).as(text).isNotNegative();
    while (at >= 0) {
      System.arraycopy(to, 0, content, at, to.length);
      at = indexOf(from, at + 1);
    }
  }

  private int indexOf(byte[] wanted, int from) {
    for (int i = from; i <= content.length - wanted.length; i++) {
      if (Arrays.equals(content, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
