package dev.facealign.dataset.pts;

import dev.facealign.dataset.Coordinates;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The annotation files of 300W: a header, and one "x y" a line between braces. The files count
 * pixels from 1, {@link Landmarks} from 0; reading and writing convert.
 *
 * <p>Read with some patience: a byte order mark, CRLF, blank lines, a missing header, and bare
 * lines without braces are all right. Anything else is refused, naming file, line, value and what
 * was expected.
 */
public final class PtsFile {
  /** Ten times what the largest scheme takes. */
  private static final long MOST_BYTES = 1 << 20;

  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private PtsFile() {}

  /**
   * Reads the points of a face.
   *
   * @param expectedPoints M of the scheme
   * @throws FaultException INVALID_ARGUMENT, reason ANNOTATION_INVALID; NOT_FOUND without the file
   */
  public static Landmarks read(Path file, int expectedPoints) {
    return read(file, String.valueOf(file.getFileName()), expectedPoints);
  }

  /**
   * The same, with a name for the file in messages.
   *
   * @param shownAs such as "300w/afw/1051618982_1.pts"
   */
  static Landmarks read(Path file, String shownAs, int expectedPoints) {
    return new Parser(shownAs, expectedPoints).parse(text(file, shownAs));
  }

  /** Writes the points of a face; six decimals. */
  public static void write(Path file, Landmarks landmarks) {
    StringBuilder text = new StringBuilder("version: 1\n");
    text.append("n_points: ").append(landmarks.count()).append("\n{\n");
    for (int m = 0; m < landmarks.count(); m++) {
      text.append(
          String.format(Locale.ROOT, "%.6f %.6f%n", landmarks.x(m) + 1, landmarks.y(m) + 1)
              .replace("\r", ""));
    }
    text.append("}\n");
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE, "ANNOTATION_UNWRITABLE", file + " cannot be written", e);
    }
  }

  private static String text(Path file, String shownAs) {
    try {
      // Anything else, a pipe for instance, may never end.
      if (!Files.isRegularFile(file)) {
        throw FaultException.notFound("annotation", shownAs, "a .pts file");
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw DatasetFaults.annotation(shownAs, size + " bytes", "<= " + MOST_BYTES + " bytes");
      }
      // Every byte is a character, so that a file of rubbish is refused by its content.
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS, "ANNOTATION_UNREADABLE", shownAs + " cannot be read", e);
    }
  }

  private static final class Parser {
    private static final String UTF8_BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private final String file;
    private final int expected;
    private final double[] xy;
    private int points;
    private int line;
    private boolean closed;

    Parser(String file, int expected) {
      this.file = file;
      this.expected = expected;
      this.xy = new double[2 * expected];
    }

    Landmarks parse(String text) {
      String body =
          text.startsWith(UTF8_BYTE_ORDER_MARK)
              ? text.substring(UTF8_BYTE_ORDER_MARK.length())
              : text;
      for (String raw : body.split("\r\n|\n|\r", -1)) {
        line++;
        String content = raw.strip();
        if (!content.isEmpty()) {
          take(content);
        }
      }
      if (points != expected) {
        throw fault(points + " points", expected + " points");
      }
      return Landmarks.of(xy);
    }

    private void take(String content) {
      String lower = content.toLowerCase(Locale.ROOT);
      if (closed) {
        throw fault("\"" + content + "\"", "nothing after }");
      } else if (content.equals("}")) {
        closed = true;
      } else if (lower.startsWith("n_points:")) {
        takeCount(content.substring("n_points:".length()).strip());
      } else if (!content.equals("{") && !lower.startsWith("version:")) {
        takePoint(content);
      }
    }

    private void takeCount(String count) {
      if (!count.equals(Integer.toString(expected))) {
        throw fault("n_points " + count, "n_points " + expected);
      }
    }

    private void takePoint(String content) {
      String[] parts = BLANKS.split(content, -1);
      if (parts.length != 2) {
        throw fault("\"" + content + "\"", "x and y, decimal points, between them a blank");
      }
      if (points == expected) {
        throw fault("\"" + content + "\", point " + (points + 1), expected + " points");
      }
      xy[2 * points] = number(parts[0]) - 1;
      xy[2 * points + 1] = number(parts[1]) - 1;
      points++;
    }

    private double number(String text) {
      double value =
          Coordinates.parse(text)
              .orElseThrow(() -> fault("\"" + text + "\"", "a number such as 123.45"));
      if (!Coordinates.isPlausible(value)) {
        throw fault("\"" + text + "\"", Coordinates.EXPECTED);
      }
      return value;
    }

    private FaultException fault(String value, String what) {
      return DatasetFaults.annotation(file + ":" + line, value, what);
    }
  }
}
