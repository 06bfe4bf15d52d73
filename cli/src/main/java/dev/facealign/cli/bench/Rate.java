package dev.facealign.cli.bench;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.Figures;

/**
 * A rate as the user writes it: requests a second, or percent of what the service can bear.
 *
 * @param value above 0; a share where it is of the capacity
 * @param ofCapacity whether it is a share
 */
record Rate(double value, boolean ofCapacity) {
  private static final double MOST = 1e6;

  /** Reads {@code 200}, {@code 12.5} or {@code 80%}. */
  static Rate parse(String text) {
    String word = text.strip();
    boolean share = word.endsWith("%");
    try {
      double number = Double.parseDouble(share ? word.substring(0, word.length() - 1) : word);
      double value = share ? number / 100 : number;
      if (value > 0 && value <= MOST) {
        return new Rate(value, share);
      }
    } catch (NumberFormatException e) {
      // Said below, with what was expected.
    }
    throw new CommandFailure(
        "--rate: "
            + text
            + " (expected: requests a second above 0, such as 200, or a share of what the service can bear, such as"
            + " 80%)");
  }

  /** Requests a second. */
  double perSecond(double capacity) {
    return ofCapacity ? value * capacity : value;
  }

  /** As a row of the report is called. */
  String title(double capacity) {
    return ofCapacity
        ? Figures.percent(value, 0)
        : Figures.significant(perSecond(capacity), 4) + "/s";
  }
}
