package dev.facealign.dataset.table;

import dev.facealign.dataset.Coordinates;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Faces' points without pictures, as other tools write them: UTF-8, one face a line, {@code
 * id,x0,y0,x1,y1,...} in pixels. A first line whose second value is no number is a header. Blank
 * lines are skipped.
 */
public final class FacePointsFile {
  private FacePointsFile() {}

  /** Takes a file's faces in their order. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * A face.
     *
     * @param id not blank
     * @param xy x0, y0, x1, y1, ...; NaN where the value is empty or "nan". The visitor's own
     * @param place file and line, for messages
     */
    void face(String id, double[] xy, String place);
  }

  /**
   * Reads a file.
   *
   * @param points of each face
   * @throws FaultException INVALID_ARGUMENT (ANNOTATION_INVALID) naming file, line and value;
   *     NOT_FOUND; UNAVAILABLE
   */
  public static void read(Path file, int points, Visitor visitor) {
    String name = String.valueOf(file.getFileName());
    if (!Files.isRegularFile(file)) {
      throw FaultException.notFound("file", file.toString(), "a file of faces' points");
    }
    try (BoundedLines lines = new BoundedLines(file, name)) {
      String line = lines.next();
      if (line != null && isHeader(line)) {
        line = lines.next();
      }
      for (; line != null; line = lines.next()) {
        if (!line.isBlank()) {
          face(line, points, lines.place(), visitor);
        }
      }
    } catch (IOException e) {
      throw DatasetFaults.unreadable(name, e);
    }
  }

  private static boolean isHeader(String line) {
    String[] values = line.split(",", 3);
    String second = values.length < 2 ? "" : values[1].strip();
    return !second.isEmpty() && !isNan(second) && Coordinates.parse(second).isEmpty();
  }

  private static void face(String line, int points, String place, Visitor visitor) {
    String[] values = line.split(",", -1);
    String id = values[0].strip();
    if (id.isEmpty()) {
      throw DatasetFaults.annotation(place, "no id", "a face's id first");
    }
    if (values.length - 1 != 2 * points) {
      throw DatasetFaults.annotation(
          place,
          values.length - 1 + " values behind the id",
          2 * points + ", x and y of " + points + " points");
    }
    double[] xy = new double[2 * points];
    for (int i = 0; i < xy.length; i++) {
      xy[i] = number(values[i + 1].strip(), i, place);
    }
    visitor.face(id, xy, place);
  }

  private static double number(String text, int index, String place) {
    if (text.isEmpty() || isNan(text)) {
      return Double.NaN;
    }
    String name = (index % 2 == 0 ? "x" : "y") + index / 2;
    double value =
        Coordinates.parse(text)
            .orElseThrow(
                () ->
                    DatasetFaults.annotation(
                        place, name + " \"" + text + "\"", "a number such as 123.45, or nan"));
    if (!Coordinates.isPlausible(value)) {
      throw DatasetFaults.annotation(place, name + " " + value, Coordinates.EXPECTED);
    }
    return value;
  }

  private static boolean isNan(String text) {
    return text.toLowerCase(Locale.ROOT).equals("nan");
  }
}
