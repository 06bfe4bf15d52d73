package dev.facealign.shape.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;

/**
 * Colours and type of a sheet. The colours are those of Okabe and Ito, which people with any form
 * of colour blindness tell apart; the yellow is left out, which is too faint for lines on white.
 */
final class SheetStyle {
  static final Color PAPER = Color.WHITE;
  static final Color INK = new Color(0x1a1a1a);
  static final Color QUIET = new Color(0x5f5f5f);
  static final Color RULE = new Color(0xd4d4d4);
  static final Color BLUE = new Color(0x0072b2);
  static final Color VERMILION = new Color(0xd55e00);

  private static final Color[] SERIES = {
    BLUE,
    VERMILION,
    new Color(0x009e73),
    new Color(0xcc79a7),
    new Color(0xe69f00),
    new Color(0x56b4e9),
    new Color(0x000000)
  };

  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 28);
  static final Font HEADING = new Font(Font.SANS_SERIF, Font.BOLD, 17);
  static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  static final Font TINY = new Font(Font.SANS_SERIF, Font.PLAIN, 9);

  private SheetStyle() {}

  /** A colour of its own for each of the first seven things; then from the first on. */
  static Color series(int number) {
    return SERIES[number % SERIES.length];
  }

  static Color faint(Color colour, int alpha) {
    return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), alpha);
  }

  static BasicStroke line(double width) {
    return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }

  static BasicStroke dashes(double width) {
    return new BasicStroke(
        (float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {3, 3}, 0);
  }

  /**
   * Text with its base line at y.
   *
   * @param share 0: begins at x; 0.5: centred on it; 1: ends there
   */
  static void text(
      Graphics2D g, String text, double x, double y, double share, Font font, Color colour) {
    g.setFont(font);
    g.setColor(colour);
    double width = g.getFontMetrics().getStringBounds(text, g).getWidth();
    g.drawString(text, (float) (x - share * width), (float) y);
  }
}
