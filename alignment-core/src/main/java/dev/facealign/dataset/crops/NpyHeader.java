package dev.facealign.dataset.crops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a .npy file (NumPy, "NEP 1"): the type, order and shape of the numbers behind it.
 *
 * @param descr the type of an element, such as "&lt;f8"
 * @param fortranOrder whether the first index runs fastest
 * @param shape sizes
 */
record NpyHeader(String descr, boolean fortranOrder, List<Integer> shape) {
  /** NumPy writes a Python dictionary with its keys in this order, blanks around it. */
  private static final Pattern DICTIONARY =
      Pattern.compile(
          "\\{ *+'descr' *+: *+'([^']{1,32}+)' *+,"
              + " *+'fortran_order' *+: *+(True|False) *+,"
              + " *+'shape' *+: *+\\(([0-9L, ]{0,64}+)\\) *+,?+ *+\\}\\s*+");

  private static final Pattern SIZE = Pattern.compile(" *(\\d{1,9})L? *");

  NpyHeader {
    shape = List.copyOf(shape);
  }

  /** Parses the dictionary; empty for anything else. */
  static Optional<NpyHeader> parse(String text) {
    Matcher dictionary = DICTIONARY.matcher(text);
    if (!dictionary.matches()) {
      return Optional.empty();
    }
    List<Integer> shape = new ArrayList<>();
    String sizes = dictionary.group(3).strip();
    // A tuple of one has a comma behind it: (136,).
    String separated = sizes.endsWith(",") ? sizes.substring(0, sizes.length() - 1) : sizes;
    for (String size : sizes.isEmpty() ? new String[0] : separated.split(",", -1)) {
      Matcher number = SIZE.matcher(size);
      if (!number.matches()) {
        return Optional.empty();
      }
      shape.add(Integer.valueOf(number.group(1)));
    }
    return Optional.of(
        new NpyHeader(dictionary.group(1), dictionary.group(2).equals("True"), shape));
  }

  /** As Python writes it: "(68, 2)", "(136,)". */
  String shapeText() {
    String sizes = String.join(", ", shape.stream().map(String::valueOf).toList());
    return shape.size() == 1 ? "(" + sizes + ",)" : "(" + sizes + ")";
  }
}
