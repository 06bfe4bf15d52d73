package dev.facealign.inference.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.inference.fixture.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxNetworkTest {
  private static final NetworkSettings SETTINGS = new NetworkSettings(1, false, Precision.FLOAT32);
  private static final Offset<Float> CLOSE = Offset.offset(1e-6f);

  @TempDir Path folder;

  @Test
  void answersEachCropOfABatchInItsRow() throws Exception {
    // Given a network that answers the mean red, green and blue
    try (OnnxNetwork network = read(OnnxFile.meanColours(4, 6), 4, 6)) {
      // When
      List<NetworkAnswer> rows =
          network.run(List.of(crop(4, 0.1f, 0.2f, 0.3f), crop(4, 0.4f, 0.5f, 0.6f)));

      // Then
      assertThat(rows.get(0).labels())
          .containsExactly(new float[] {0.1f, 0.2f, 0.3f, 0, 0, 0}, CLOSE);
      assertThat(rows.get(1).labels())
          .containsExactly(new float[] {0.4f, 0.5f, 0.6f, 0, 0, 0}, CLOSE);
    }
  }

  @Test
  void runsBatchesOfAnySizeOneAfterTheOther() throws Exception {
    try (OnnxNetwork network = read(OnnxFile.meanColours(4, 4), 4, 4)) {
      for (int size : new int[] {1, 8, 3, 16, 1}) {
        // Given
        float[][] crops = new float[size][];
        for (int i = 0; i < size; i++) {
          crops[i] = crop(4, i / 16f, 0, 0);
        }

        // When
        List<NetworkAnswer> rows = network.run(Arrays.asList(crops));

        // Then nothing of a batch before is left in the reused buffer
        for (int i = 0; i < size; i++) {
          assertThat(rows.get(i).labels()[0]).isCloseTo(i / 16f, CLOSE);
        }
      }
    }
  }

  @Test
  void answersExpectedErrorsWhereTheNetworkTellsThem() throws Exception {
    // Given a network that lists them before its labels
    byte[] onnx = OnnxFile.constantWithErrors(4, new float[] {1, 2, 3, 4}, 0.5f, 0.25f);

    try (OnnxNetwork network = read(onnx, 4, 4)) {
      // When
      List<NetworkAnswer> rows = network.run(List.of(crop(4, 0, 0, 0), crop(4, 1, 1, 1)));

      // Then
      assertThat(network.tellsExpectedErrors()).isTrue();
      assertThat(rows).hasSize(2);
      assertThat(rows)
          .allSatisfy(
              row -> {
                assertThat(row.labels()).containsExactly(1, 2, 3, 4);
                assertThat(row.expectedErrors()).containsExactly(0.5f, 0.25f);
              });
    }
  }

  @Test
  void answersNoneWhereItDoesNot() throws Exception {
    try (OnnxNetwork network = read(OnnxFile.constant(4, 1, 2), 4, 2)) {
      assertThat(network.tellsExpectedErrors()).isFalse();
      assertThat(network.run(List.of(crop(4, 0, 0, 0))).get(0).expectedErrors()).isNull();
    }
  }

  @Test
  void refusesASecondOutputThatIsNoExpectedErrorOfEachPoint() {
    float[] labels = {1, 2, 3, 4};
    assertUnfit(OnnxFile.constantWithErrors(4, labels, 1), "[-1, 1]", "\"expected_error\" [N, 2]");
    assertUnfit(OnnxFile.constantWithErrors(4, labels, 1, 2, 3, 4), "\"expected_error\" [N, 2]");
    assertUnfit(
        OnnxFile.constantWithWholeErrors(4, labels, 1, 2), "INT64", "\"expected_error\" [N, 2]");
    assertUnfit(
        OnnxFile.constantWith(4, labels, "variance", 1, 2),
        "variance",
        "[landmarks] and, if it has more, [expected_error]");
  }

  private void assertUnfit(byte[] onnx, String... named) {
    assertThatThrownBy(() -> read(onnx, 4, 4))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.reason()).isEqualTo("MODEL_UNFIT"))
        .hasMessageContainingAll(named);
  }

  @Test
  void refusesAFileThatIsNoNetwork() throws Exception {
    Path file = Files.write(folder.resolve("text.onnx"), new byte[] {1, 2, 3, 4});
    assertThatThrownBy(() -> OnnxNetwork.read(file, 4, 4, SETTINGS))
        .isInstanceOf(NetworkException.class)
        .hasMessageContaining("text.onnx");
  }

  @Test
  void refusesOtherInputsAndOutputsByName() {
    assertThatThrownBy(() -> read(OnnxFile.constant(8, 1, 2, 3, 4), 4, 4))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("[N, 3, 4, 4]");
    assertThatThrownBy(() -> read(OnnxFile.constant(4, 1, 2), 4, 4))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("[N, 4]");
    assertThatThrownBy(() -> read(OnnxFile.constantNamed(4, "boxes", 1, 2, 3, 4), 4, 4))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("boxes")
        .hasMessageContaining("landmarks");
  }

  @Test
  void doesNotRunWhenClosed() throws Exception {
    OnnxNetwork network = read(OnnxFile.constant(4, 1, 2), 4, 2);
    network.close();
    network.close();
    assertThatThrownBy(() -> network.run(List.of(crop(4, 0, 0, 0))))
        .isInstanceOf(IllegalStateException.class);
  }

  private OnnxNetwork read(byte[] onnx, int size, int outputs) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), onnx);
    return OnnxNetwork.read(file, size, outputs, SETTINGS);
  }

  private static float[] crop(int size, float red, float green, float blue) {
    float[] crop = new float[3 * size * size];
    Arrays.fill(crop, 0, size * size, red);
    Arrays.fill(crop, size * size, 2 * size * size, green);
    Arrays.fill(crop, 2 * size * size, crop.length, blue);
    return crop;
  }
}
