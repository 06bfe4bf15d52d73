package dev.facealign.dataset.cofw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.CollectedFaces;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files made to keep a reader busy, to fill its memory or to exhaust its stack. */
@Timeout(20)
class HostileMatFileTest {
  private static final int USER_BLOCK = 512;

  /** Behind signature, type, level, number of entries and two siblings. */
  private static final int FIRST_KEY = 24;

  /** Size and filters of a chunk, its three indices, and the element's. */
  private static final int KEY_BYTES = 8 + 4 * 8;

  @TempDir Path folder;

  private byte[] content = {};

  /** Of the content. */
  private ByteBuffer file = bytes(content);

  private int index;

  @BeforeEach
  void read() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("train.mat")) {
      content = Objects.requireNonNull(in).readAllBytes();
      file = bytes(content);
    }
    index = firstChunkIndex();
  }

  @Test
  void refusesAChunkIndexThatGoesInCircles() throws IOException {
    // Given: a node whose children are itself
    file.put(index + 5, (byte) 1);
    for (int i = 0; i < file.getShort(index + 6); i++) {
      file.putLong(index + FIRST_KEY + i * (KEY_BYTES + 8) + KEY_BYTES, index - USER_BLOCK);
    }

    // Then
    assertThatThrownBy(this::readPicture)
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("IsTr row 1: damaged (more than 1500 pieces)");
  }

  @Test
  void refusesAHeaderThatContinuesInItself() throws IOException {
    // Given: the first message of every header continues at the header's own messages
    int header = addressOfFirstPicture() + USER_BLOCK;
    file.putShort(header + 16, (short) 0x10);
    file.putShort(header + 18, (short) 16);
    file.putLong(header + 24, header + 16 - USER_BLOCK);
    file.putLong(header + 32, 24);

    // Then
    assertThat(faults())
        .containsExactly(
            "fuzz/COFW_train_color.mat: IsTr row 1: damaged (object header in more than 8 blocks) (expected: whole, as MATLAB 7.3 writes it)");
  }

  @Test
  void refusesAChunkThatInflatesToMoreThanItsSize() throws IOException {
    // Given: 20 MB of zeros in 20 KB, as the first chunk
    byte[] bomb = deflated(20 << 20);
    replaceFirstChunk(bomb, bomb.length);

    // Then
    assertThatThrownBy(this::readPicture)
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("IsTr row 1: damaged (" + bomb.length + " bytes for a chunk of 20)");
    // Given: the same with a size that a chunk may have
    replaceFirstChunk(bomb, 1000);

    // Then
    assertThatThrownBy(this::readPicture)
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("IsTr row 1: damaged (a chunk of more than 20 bytes)");
  }

  @Test
  void refusesAChunkBeyondTheFile() throws IOException {
    // Given
    file.putLong(index + FIRST_KEY + KEY_BYTES, content.length);

    // Then
    assertThatThrownBy(this::readPicture)
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("beyond the file");
  }

  @Test
  void refusesTwoChunksAtOnePlace() throws IOException {
    // Given: the second chunk's indices are the first's
    int second = index + FIRST_KEY + KEY_BYTES + 8;
    file.put(second + 8, content, index + FIRST_KEY + 8, 32);

    // Then
    assertThatThrownBy(this::readPicture)
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("two chunks at one place");
  }

  @Test
  void refusesADamagedChunk() throws IOException {
    // Given: a bit of its checksum
    int stored = file.getInt(index + FIRST_KEY);
    int last = (int) file.getLong(index + FIRST_KEY + KEY_BYTES) + USER_BLOCK + stored - 1;
    file.put(last, (byte) (file.get(last) ^ 1));

    // Then
    assertThatThrownBy(this::readPicture)
        .isInstanceOf(FaultException.class)
        .hasMessageContaining(
            "IsTr row 1: damaged (a chunk that cannot be inflated: incorrect data check)");
  }

  @Test
  void refusesMoreFacesThanTheNumbersOfAFileHold() throws IOException {
    // Given: the sizes of phisTr, which say 87 x 3
    int sizes = indexOf(new byte[] {87, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0});
    file.putLong(sizes + 8, 40_000);

    // Then
    assertThat(faults())
        .singleElement()
        .asString()
        .contains("bboxesTr: 3 rows (expected: 40000, as many as phis)");

    // Given
    file.putLong(sizes + 8, 2_000_000_000);

    // Then
    assertThat(faults())
        .singleElement()
        .asString()
        .contains("phisTr: 2000000000 rows (expected: 1 to 50000)");
  }

  private void replaceFirstChunk(byte[] stored, int size) {
    int at = content.length;
    content = Arrays.copyOf(content, at + stored.length);
    file = bytes(content);
    file.put(at, stored);
    file.putInt(index + FIRST_KEY, size);
    file.putLong(index + FIRST_KEY + KEY_BYTES, at - USER_BLOCK);
  }

  private void readPicture() throws IOException {
    FaceSample first = faces().faces().get(0);
    first.readPicture(new ImageDecoder(ImageLimits.DEFAULT));
  }

  private Iterable<String> faults() throws IOException {
    return faces().faults();
  }

  private CollectedFaces faces() throws IOException {
    Files.write(folder.resolve("COFW_train_color.mat"), content);
    return CollectedFaces.of(
        new CofwLayout().open(folder, "fuzz", "train", LandmarkScheme.COFW_29));
  }

  /** A node of the chunk index of the first picture: kind 1, level 0. */
  private int firstChunkIndex() {
    return indexOf(new byte[] {'T', 'R', 'E', 'E', 1, 0});
  }

  /** The address in the cell array; its header has the chunk index's address in its layout. */
  private int addressOfFirstPicture() throws IOException {
    Files.write(folder.resolve("COFW_train_color.mat"), content);
    try (MatFile opened =
        MatFile.open(folder.resolve("COFW_train_color.mat"), Place.annotation("x"))) {
      long cells = Objects.requireNonNull(opened.variables().get("IsTr"));
      return (int) opened.array(cells, Place.annotation("x")).references()[0];
    }
  }

  private int indexOf(byte[] wanted) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    int at = text.indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
    assertThat(at).isPositive();
    return at;
  }

  private static byte[] deflated(int zeros) {
    Deflater deflater = new Deflater(9);
    deflater.setInput(new byte[zeros]);
    deflater.finish();
    byte[] stored = new byte[zeros / 500];
    int length = deflater.deflate(stored);
    deflater.end();
    return Arrays.copyOf(stored, length);
  }

  private static ByteBuffer bytes(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }
}
