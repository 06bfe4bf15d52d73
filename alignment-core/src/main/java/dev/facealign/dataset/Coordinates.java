package dev.facealign.dataset;

import java.util.OptionalDouble;

/** Which coordinates an annotation may have. Points outside of the picture are all right. */
public final class Coordinates {
  /** Far outside of any picture, and far from where sums of squares lose their digits. */
  public static final double LARGEST_PX = 1e6;

  /** What {@link #isPlausible} expects, for messages. */
  public static final String EXPECTED = "a finite number from -1000000 to 1000000";

  private static final int LONGEST_NUMBER = 40;

  private Coordinates() {}

  /**
   * A decimal number such as "123.45", "-3", ".5" or "1e2", whatever its size; empty for anything
   * else. No NaN, hexadecimal, or type suffix, which Java would parse as well.
   */
  public static OptionalDouble parse(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NUMBER) {
      return OptionalDouble.empty();
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        return OptionalDouble.empty();
      }
    }
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** Whether it is finite and within {@value #LARGEST_PX} pixels of the origin. */
  public static boolean isPlausible(double px) {
    return Math.abs(px) <= LARGEST_PX;
  }
}
