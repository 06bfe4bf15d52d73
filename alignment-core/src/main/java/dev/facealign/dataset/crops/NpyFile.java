package dev.facealign.dataset.crops;

import dev.facealign.dataset.Coordinates;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The points of a face as a NumPy array: x0, y0, x1, y1, ... or a row of x and y for each, in
 * pixels, the centre of the first one at (0, 0).
 *
 * <p>Versions 1.0 to 3.0 of .npy are read, real numbers of any width, both byte orders, both orders
 * of indices, and the shapes (2M,), (1, 2M), (2M, 1) and (M, 2). Anything else is refused, naming
 * the file, what stands there and what was expected. Pickled objects are never read.
 */
final class NpyFile {
  /** A hundred times what the largest scheme takes. */
  private static final long MOST_BYTES = 1 << 20;

  /** The longest header that NumPy itself accepts. */
  private static final int LONGEST_HEADER = 10_000;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private NpyFile() {}

  /**
   * Reads the points of a face.
   *
   * @param shownAs the file's name in messages
   * @param expectedPoints M of the scheme
   * @throws FaultException INVALID_ARGUMENT, reason ANNOTATION_INVALID; NOT_FOUND without the file
   */
  static Landmarks read(Path file, String shownAs, int expectedPoints) {
    try {
      // Anything else, a pipe for instance, may never end.
      if (!Files.isRegularFile(file)) {
        throw FaultException.notFound("annotation", shownAs, "a .npy file");
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw DatasetFaults.annotation(shownAs, size + " bytes", "<= " + MOST_BYTES + " bytes");
      }
      return parse(Files.readAllBytes(file), shownAs, expectedPoints);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS, "ANNOTATION_UNREADABLE", shownAs + " cannot be read", e);
    }
  }

  /** The same from the file's content. */
  static Landmarks parse(byte[] content, String shownAs, int expectedPoints) {
    return new Parser(shownAs, expectedPoints).parse(content);
  }

  private record Parser(String file, int points) {
    Landmarks parse(byte[] content) {
      ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      NpyHeader header = header(bytes);
      NpyElement element =
          NpyElement.of(header.descr())
              .orElseThrow(
                  () ->
                      fault("descr '" + header.descr() + "'", "real numbers, '<f8' for instance"));
      requireShape(header);
      long expected = 2L * points * element.bytes();
      if (bytes.remaining() != expected) {
        throw fault(
            bytes.remaining() + " bytes of data",
            expected + " bytes for " + header.shapeText() + " of '" + header.descr() + "'");
      }
      return Landmarks.of(numbers(bytes.order(element.order()), element, header));
    }

    private NpyHeader header(ByteBuffer bytes) {
      byte[] magic = new byte[Math.min(MAGIC.length, bytes.remaining())];
      bytes.get(magic);
      if (!Arrays.equals(magic, MAGIC) || bytes.remaining() < 2) {
        throw fault(bytes.capacity() + " bytes that begin otherwise", "\\x93NUMPY and a version");
      }
      int major = bytes.get();
      int minor = bytes.get();
      if (major < 1 || major > 3 || minor != 0) {
        throw fault("version " + major + "." + minor, "1.0, 2.0 or 3.0");
      }
      int lengthBytes = major == 1 ? Short.BYTES : Integer.BYTES;
      if (bytes.remaining() < lengthBytes) {
        throw fault(bytes.capacity() + " bytes", "a header");
      }
      long length =
          major == 1
              ? Short.toUnsignedInt(bytes.getShort())
              : Integer.toUnsignedLong(bytes.getInt());
      if (length > Math.min(LONGEST_HEADER, bytes.remaining())) {
        throw fault(
            "a header of " + length + " bytes",
            "<= " + Math.min(LONGEST_HEADER, bytes.remaining()) + " bytes");
      }
      byte[] text = new byte[(int) length];
      bytes.get(text);
      String dictionary = new String(text, StandardCharsets.UTF_8);
      return NpyHeader.parse(dictionary)
          .orElseThrow(
              () ->
                  fault(
                      "header " + dictionary.strip(),
                      "{'descr': '<f8', 'fortran_order': False, 'shape': ("
                          + 2 * points
                          + ",), }"));
    }

    private void requireShape(NpyHeader header) {
      List<Integer> shape = header.shape();
      int values = 2 * points;
      if (!shape.equals(List.of(values))
          && !shape.equals(List.of(1, values))
          && !shape.equals(List.of(values, 1))
          && !shape.equals(List.of(points, 2))) {
        throw fault(
            "shape " + header.shapeText(),
            "(" + values + ",) or (" + points + ", 2) for x and y of " + points + " points");
      }
    }

    private double[] numbers(ByteBuffer bytes, NpyElement element, NpyHeader header) {
      // A table in Fortran's order has all x first.
      boolean columns = header.fortranOrder() && header.shape().equals(List.of(points, 2));
      double[] xy = new double[2 * points];
      for (int i = 0; i < xy.length; i++) {
        double value = element.next(bytes);
        int at = columns ? 2 * (i % points) + i / points : i;
        if (!Coordinates.isPlausible(value)) {
          throw fault(
              (at % 2 == 0 ? "x " : "y ") + value + " of point " + at / 2, Coordinates.EXPECTED);
        }
        xy[at] = value;
      }
      return xy;
    }

    private FaultException fault(String value, String expected) {
      return DatasetFaults.annotation(file, value, expected);
    }
  }
}
