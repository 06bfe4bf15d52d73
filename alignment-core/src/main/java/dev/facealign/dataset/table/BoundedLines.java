package dev.facealign.dataset.table;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.fault.FaultException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A UTF-8 file line by line (ended by LF, CRLF or CR), none longer than {@value #LONGEST_LINE}
 * bytes, whatever the file. A wrong line does not end it: the next one can be read.
 */
final class BoundedLines implements AutoCloseable {
  /** Five times what a face of as many points as a scheme may have takes. */
  static final int LONGEST_LINE = 512 * 1024;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final String file;
  private byte[] bytes = new byte[4096];
  private int number;
  private boolean ended;

  /**
   * @param file its name for messages
   */
  BoundedLines(Path path, String file) throws IOException {
    this.file = file;
    this.in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
  }

  /** Number of the line read last, from 1; 0 before the first. */
  int number() {
    return number;
  }

  /** The place of the line read last: "mine/train.csv:17". */
  String place() {
    return number == 0 ? file : file + ":" + number;
  }

  /**
   * The next line without its end; null after the last.
   *
   * @throws FaultException ANNOTATION_INVALID for a line that is too long or no UTF-8; the next
   *     call gives the line after it
   */
  @Nullable String next() throws IOException {
    if (ended) {
      return null;
    }
    int length = 0;
    boolean tooLong = false;
    int b = in.read();
    if (b < 0) {
      ended = true;
      return null;
    }
    number++;
    while (b >= 0 && b != '\n' && b != '\r') {
      if (length == LONGEST_LINE) {
        tooLong = true;
      } else {
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, Math.min(2 * bytes.length, LONGEST_LINE));
        }
        bytes[length++] = (byte) b;
      }
      b = in.read();
    }
    ended = b < 0;
    if (b == '\r') {
      skipLineFeed();
    }
    if (tooLong) {
      throw DatasetFaults.annotation(place(), "a longer line", "<= " + LONGEST_LINE + " bytes");
    }
    int from =
        number == 1 && startsWith(bytes, length, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw DatasetFaults.annotation(place(), "bytes of another encoding", "UTF-8");
    }
  }

  /** A carriage return alone ends a line, too; with a line feed behind it they are one end. */
  private void skipLineFeed() throws IOException {
    in.mark(1);
    if (in.read() != '\n') {
      in.reset();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static boolean startsWith(byte[] bytes, int length, byte[] start) {
    return length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
