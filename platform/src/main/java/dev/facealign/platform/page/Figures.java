package dev.facealign.platform.page;

import java.util.Locale;

/** How numbers are written on pages. */
public final class Figures {

  /** Where there is no figure. */
  public static final String NONE = "\u2013";

  private Figures() {}

  /** With this many decimals; {@link #NONE} for what is not finite. */
  public static String number(double value, int decimals) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : NONE;
  }

  /** "12 345". */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace(',', '\u202F');
  }

  /** A coordinate of SVG. */
  public static String px(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
