package dev.facealign.dataset.crops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.Landmarks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
  private static final Landmarks TWO_POINTS = Landmarks.of(1, 2, 3, 4);

  @TempDir Path folder;

  @Test
  void readsWhatNumPyWrote() throws IOException {
    // Given: np.save(file, np.array([[1.5, -2], [300.25, 4]]))
    String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }";
    byte[] text = (header + " ".repeat(58) + "\n").getBytes(StandardCharsets.US_ASCII);
    Path file =
        write(
            HexFormat.of()
                .parseHex(
                    "934e554d50590100"
                        + "7600"
                        + HexFormat.of().formatHex(text)
                        + "000000000000f83f00000000000000c00000000000c472400000000000001040"));

    // Then
    assertThat(NpyFile.read(file, "face.npy", 2)).isEqualTo(Landmarks.of(1.5, -2, 300.25, 4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "|i1", "|u1", "<i2", ">i2", "<u2", ">u2", "<i4",
        ">i4", "<u4", ">u4", "<i8", ">i8", "<u8", ">u8"
      })
  void readsRealNumbersOfEveryWidthAndByteOrder(String descr) {
    assertThat(read(npy(1, descr, "False", "(4,)", 1, 2, 3, 4))).isEqualTo(TWO_POINTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsEveryVersion(int version) {
    assertThat(read(npy(version, "<f8", "False", "(4,)", 1, 2, 3, 4))).isEqualTo(TWO_POINTS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(4,)   | False | 1 2 3 4",
        "(4,)   | True  | 1 2 3 4",
        "(1, 4) | False | 1 2 3 4",
        "(1, 4) | True  | 1 2 3 4",
        "(4, 1) | False | 1 2 3 4",
        "(4, 1) | True  | 1 2 3 4",
        "(2, 2) | False | 1 2 3 4",
        "(2, 2) | True  | 1 3 2 4"
      })
  void readsEveryShapeAndOrder(String shape, String fortran, String stored) {
    // Given
    double[] values =
        Arrays.stream(stored.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();

    // Then
    assertThat(read(npy(1, "<f4", fortran, shape, values))).isEqualTo(TWO_POINTS);
  }

  @Test
  void readsSmallNegativeAndFractionalHalves() {
    // Given: -2.5, the smallest half, 0.1 as a half, 1000
    byte[] file = npy(1, "<f2", "False", "(4,)", 0, 0, 0, 0);
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(file.length - 8)
        .putShort((short) 0xc100)
        .putShort((short) 0x0001)
        .putShort((short) 0x2e66)
        .putShort((short) 0x63d0);

    // Then
    assertThat(read(file).toArray())
        .containsExactly(-2.5, Math.scalb(1.0, -24), 0.0999755859375, 1000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "|O      ; (4,)      ; descr '|O' (expected: real numbers, '<f8' for instance)",
        "<c16    ; (4,)      ; descr '<c16' (expected: real numbers",
        "<U8     ; (4,)      ; descr '<U8' (expected: real numbers",
        "|S8     ; (4,)      ; descr '|S8' (expected: real numbers",
        "|b1     ; (4,)      ; descr '|b1' (expected: real numbers",
        "<M8[s]  ; (4,)      ; descr '<M8[s]' (expected: real numbers",
        "<f16    ; (4,)      ; descr '<f16' (expected: real numbers",
        "<i1     ; (4,)      ; descr '<i1' (expected: real numbers",
        "|f8     ; (4,)      ; descr '|f8' (expected: real numbers",
        "<f8     ; (6,)      ; shape (6,) (expected: (4,) or (2, 2) for x and y of 2 points)",
        "<f8     ; (3, 2)    ; shape (3, 2) (expected: (4,) or (2, 2)",
        "<f8     ; ()        ; shape () (expected: (4,) or (2, 2)",
        "<f8     ; (1, 2, 2) ; shape (1, 2, 2) (expected: (4,) or (2, 2)",
        "<f8     ; (0,)      ; shape (0,) (expected: (4,) or (2, 2)"
      },
      quoteCharacter = '`')
  void refusesOtherTypesAndShapes(String descr, String shape, String message) {
    assertThatThrownBy(() -> read(npy(1, descr, "False", shape, 1, 2, 3, 4)))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(fault.reason()).isEqualTo("ANNOTATION_INVALID");
            })
        .hasMessageStartingWith("crops/annotations/face.npy: " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': [('x', '<f8'), ('y', '<f8')], 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (4,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-4,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (,), }",
        "{'descr': '<f8', 'fortran_order': False}",
        "__import__('os').system('true')",
        ""
      })
  void refusesOtherHeaders(String header) {
    assertThatThrownBy(() -> read(npy(header)))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("crops/annotations/face.npy: header")
        .hasMessageContaining("'shape': (4,)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NaN       | x NaN of point 1 (expected: a finite number",
        "-Infinity | x -Infinity of point 1 (expected: a finite number",
        "1e30      | x 1.0E30 of point 1 (expected: a finite number"
      })
  void refusesNumbersThatAreNoCoordinates(double value, String message) {
    assertThatThrownBy(() -> read(npy(1, "<f8", "False", "(4,)", 1, 2, value, 4)))
        .hasMessageStartingWith("crops/annotations/face.npy: " + message);
  }

  @Test
  void namesThePointInFortransOrder() {
    // Given: x0 x1 y0 y1
    assertThatThrownBy(() -> read(npy(1, "<f8", "True", "(2, 2)", 1, 2, 3, Double.NaN)))
        .hasMessageContaining("y NaN of point 1");
  }

  @Test
  void refusesTooLargeUnsignedNumbers() {
    // Given
    byte[] file = npy(1, "<u8", "False", "(4,)", 1, 2, 3, 4);
    Arrays.fill(file, file.length - 8, file.length, (byte) 0xff);

    // Then
    assertThatThrownBy(() -> read(file)).hasMessageContaining("y 1.8446744073709552E19 of point 1");
  }

  @Test
  void refusesATruncatedFileWhateverItsLength() {
    // Given
    byte[] whole = npy(1, "<f8", "False", "(4,)", 1, 2, 3, 4);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);

      // Then
      assertThatThrownBy(() -> read(cut))
          .isInstanceOf(FaultException.class)
          .hasMessageStartingWith("crops/annotations/face.npy: ");
    }
  }

  @Test
  void refusesMoreThanItsHeaderSays() {
    // Given
    byte[] whole = npy(1, "<f8", "False", "(4,)", 1, 2, 3, 4);

    // Then
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length + 1)))
        .hasMessage(
            "crops/annotations/face.npy: 33 bytes of data (expected: 32 bytes for (4,) of '<f8')");
  }

  @Test
  void refusesAHeaderLengthBeyondTheFile() {
    // Given
    byte[] file = npy(2, "<f8", "False", "(4,)", 1, 2, 3, 4);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);

    // Then
    assertThatThrownBy(() -> read(file)).hasMessageContaining("a header of 4294967295 bytes");
  }

  @Test
  void refusesOtherFiles() throws IOException {
    assertThatThrownBy(() -> read(new byte[200])).hasMessageContaining("expected: \\x93NUMPY");
    byte[] later = npy(1, "<f8", "False", "(4,)", 1, 2, 3, 4);
    later[6] = 4;
    assertThatThrownBy(() -> read(later))
        .hasMessageContaining("version 4.0 (expected: 1.0, 2.0 or 3.0)");
    Path giant = write(new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> NpyFile.read(giant, "giant.npy", 2))
        .hasMessageContaining("1048577 bytes");
    assertThatThrownBy(() -> NpyFile.read(folder.resolve("none.npy"), "none.npy", 2))
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.NOT_FOUND));
  }

  @Test
  void readsOrRefusesAFileWithFlippedBits() {
    // Given
    byte[] whole = npy(1, "<f8", "False", "(4,)", 1, 2, 3, 4);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 1000; i++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        // When
        Landmarks read = read(flipped);

        // Then
        assertThat(read.isFinite()).isTrue();
      } catch (FaultException e) {
        assertThat(e).hasMessageStartingWith("crops/annotations/face.npy: ");
      }
    }
  }

  private static Landmarks read(byte[] content) {
    return NpyFile.parse(content, "crops/annotations/face.npy", 2);
  }

  private Path write(byte[] content) throws IOException {
    Path file = folder.resolve("face.npy");
    Files.write(file, content);
    return file;
  }

  private static byte[] npy(
      int version, String descr, String fortran, String shape, double... values) {
    return npy(
        version,
        "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }",
        data(descr, values));
  }

  private static byte[] npy(String header) {
    return npy(1, header, new byte[32]);
  }

  private static byte[] npy(int version, String header, byte[] data) {
    byte[] text = (header + " \n").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    ByteBuffer length = ByteBuffer.allocate(version == 1 ? 2 : 4).order(ByteOrder.LITTLE_ENDIAN);
    if (version == 1) {
      length.putShort((short) text.length);
    } else {
      length.putInt(text.length);
    }
    file.writeBytes(length.array());
    file.writeBytes(text);
    file.writeBytes(data);
    return file.toByteArray();
  }

  /** Small whole numbers of any type; of types that are refused only the size matters. */
  private static byte[] data(String descr, double... values) {
    int bytes = Character.isDigit(descr.charAt(descr.length() - 1)) ? descr.charAt(2) - '0' : 8;
    ByteBuffer data =
        ByteBuffer.allocate(bytes * values.length)
            .order(descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    boolean floating = descr.charAt(1) == 'f';
    for (double value : values) {
      switch (bytes) {
        case 1 -> data.put((byte) value);
        case 2 -> data.putShort(floating ? half(value) : (short) value);
        case 4 -> {
          if (floating) {
            data.putFloat((float) value);
          } else {
            data.putInt((int) value);
          }
        }
        default -> {
          if (floating) {
            data.putDouble(value);
          } else {
            data.putLong((long) value);
          }
        }
      }
    }
    return data.array();
  }

  private static short half(double small) {
    int exponent = Math.getExponent(small);
    int fraction = (int) Math.scalb(small - Math.scalb(1.0, exponent), 10 - exponent);
    return (short) ((exponent + 15) << 10 | fraction);
  }
}
