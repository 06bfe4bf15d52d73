package dev.facealign.dataset.table;

import dev.facealign.dataset.Coordinates;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Values of one line, in the words of either notation.
 *
 * @param place file and line, for messages
 */
record Cells(String place) {
  /** What a split's name must be. */
  static final String EXPECTED_SPLIT =
      "letters, digits, '.', '_' and '-', not starting with '.', not " + DatasetLayout.ALL;

  private static final Pattern SPLIT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

  /** A coordinate or length from its text. */
  double number(String name, String text) {
    double value =
        Coordinates.parse(text)
            .orElseThrow(() -> fault(name, "\"" + text + "\"", "a number such as 123.45"));
    return number(name, value);
  }

  double number(String name, double value) {
    if (!Coordinates.isPlausible(value)) {
      throw fault(name, value, Coordinates.EXPECTED);
    }
    return value;
  }

  Box box(double[] xywh) {
    if (!(xywh[2] > 0) || !(xywh[3] > 0)) {
      throw fault("box", xywh[2] + " x " + xywh[3], "a width and height > 0");
    }
    return new Box(xywh[0], xywh[1], xywh[2], xywh[3]);
  }

  String split(String text) {
    if (!isSplit(text)) {
      throw fault("split", "\"" + text + "\"", EXPECTED_SPLIT);
    }
    return text;
  }

  /** Whether rows may be of a split of this name: "all" has those of every split. */
  static boolean isSplit(String text) {
    return SPLIT.matcher(text).matches() && !text.equals(DatasetLayout.ALL);
  }

  FaultException fault(String name, @Nullable Object value, String expected) {
    return DatasetFaults.annotation(
        place, value == null ? "no " + name : name + " " + value, expected);
  }
}
