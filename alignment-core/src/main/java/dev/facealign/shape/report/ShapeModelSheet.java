package dev.facealign.shape.report;

import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import dev.facealign.shape.report.ShapeModelReport.Mode;
import dev.facealign.shape.report.ShapeModelReport.Spread;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A shape model on one sheet: the mean face, how its points stray, how many components explain how
 * much, the first modes as faces, and the eigenvalues as a table. It draws onto any Graphics2D, so
 * that a picture and a vector file come of the same code.
 */
public final class ShapeModelSheet {
  private static final int WIDTH = 1600;
  private static final int MARGIN = 48;
  private static final int GAP = 40;
  private static final int COLUMN = (WIDTH - 2 * MARGIN - 2 * GAP) / 3;
  private static final int TOP = 150;
  private static final int PANEL = 520;
  private static final int MODES_TOP = TOP + PANEL + 50;
  private static final int MODE = 224;
  private static final int MODE_GAP = 18;
  private static final int MODES_A_ROW = 2;
  private static final int TABLE_ROWS = 10;
  private static final int TABLE_COLUMNS = 3;
  private static final int ROW = 22;
  private static final int MOST_MODES = 20;

  private final ShapeModelReport report;
  private final String title;
  private final String subtitle;
  private final int modes;
  private final FaceSketch sketch;

  /**
   * A sheet.
   *
   * @param title such as "Shape model 1234abcd"
   * @param subtitle what it was fitted to and how
   * @param modes how many modes are drawn, where the model has as many; 0 to {@value #MOST_MODES}
   */
  public ShapeModelSheet(ShapeModelReport report, String title, String subtitle, int modes) {
    if (modes < 0 || modes > MOST_MODES) {
      throw FaultException.invalid("modes", modes, "0 to " + MOST_MODES);
    }
    this.report = report;
    this.title = title;
    this.subtitle = subtitle;
    this.modes = Math.min(modes, report.modes().size());
    this.sketch = new FaceSketch(report.model().scheme());
  }

  /** The sheet's size, in the units that it draws in. */
  public Dimension size() {
    return new Dimension(WIDTH, tableTop() + tableHeight() + MARGIN);
  }

  private int modeRows() {
    return (modes + MODES_A_ROW - 1) / MODES_A_ROW;
  }

  private int tableTop() {
    return modes == 0 ? MODES_TOP : MODES_TOP + 40 + modeRows() * (MODE + MODE_GAP) + 40;
  }

  private int tableHeight() {
    int rows = Math.min(TABLE_ROWS, report.modes().size());
    return rows == 0 ? 40 : 50 + (rows + 1) * ROW;
  }

  /**
   * The sheet as a picture.
   *
   * @param scale pixels of a unit, above 0
   */
  public BufferedImage picture(double scale) {
    Dimension size = size();
    BufferedImage picture =
        new BufferedImage(
            (int) Math.ceil(scale * size.width),
            (int) Math.ceil(scale * size.height),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.scale(scale, scale);
    draw(g);
    g.dispose();
    return picture;
  }

  /** Draws the sheet from (0, 0) on. */
  public void draw(Graphics2D g) {
    Dimension size = size();
    g.setColor(SheetStyle.PAPER);
    g.fill(new Rectangle2D.Double(0, 0, size.width, size.height));
    SheetStyle.text(g, title, MARGIN, 66, 0, SheetStyle.TITLE, SheetStyle.INK);
    SheetStyle.text(g, subtitle, MARGIN, 96, 0, SheetStyle.TEXT, SheetStyle.QUIET);
    drawMean(g, column(0));
    drawSpreads(g, column(1));
    drawVariance(g, column(2));
    drawModes(g);
    drawTable(g);
  }

  private static Rectangle2D column(int number) {
    return new Rectangle2D.Double(MARGIN + number * (COLUMN + GAP), TOP, COLUMN, PANEL);
  }

  private static void heading(Graphics2D g, String text, String explanation, Rectangle2D at) {
    SheetStyle.text(g, text, at.getX(), at.getY() + 4, 0, SheetStyle.HEADING, SheetStyle.INK);
    SheetStyle.text(
        g, explanation, at.getX(), at.getY() + 24, 0, SheetStyle.SMALL, SheetStyle.QUIET);
  }

  private static Rectangle2D faceArea(Rectangle2D panel) {
    return new Rectangle2D.Double(
        panel.getX() + 34, panel.getY() + 54, panel.getWidth() - 68, panel.getHeight() - 126);
  }

  private void drawMean(Graphics2D g, Rectangle2D panel) {
    heading(g, "Mean face", "points numbered from 0, joined by region", panel);
    double[] mean = report.model().mean();
    FaceFrame frame = FaceFrame.fitting(List.of(mean), faceArea(panel));
    sketch.drawRegions(g, frame, mean, 2.2);
    if (mean.length / 2 <= 200) {
      numberPoints(g, frame, mean);
    }
    drawLegend(g, panel);
  }

  /** Beside each point, away from the middle of its region. */
  private void numberPoints(Graphics2D g, FaceFrame frame, double[] mean) {
    double[][] middles = regionMiddles(mean);
    for (int m = 0; m < mean.length / 2; m++) {
      double x = frame.x(mean[2 * m]);
      double y = frame.y(mean[2 * m + 1]);
      double dx = x - frame.x(middles[m][0]);
      double dy = y - frame.y(middles[m][1]);
      double length = Math.hypot(dx, dy);
      double out = length < 1 ? 0 : 11 / length;
      SheetStyle.text(
          g,
          Integer.toString(m),
          x + (out == 0 ? 11 : dx * out),
          y + dy * out + 3.5,
          0.5,
          SheetStyle.TINY,
          SheetStyle.QUIET);
    }
  }

  private double[][] regionMiddles(double[] mean) {
    double[][] middles = new double[mean.length / 2][];
    for (int m = 0; m < middles.length; m++) {
      middles[m] = new double[] {0, 0};
    }
    report
        .model()
        .scheme()
        .regions()
        .values()
        .forEach(
            region -> {
              double x = 0;
              double y = 0;
              for (int m : region.points()) {
                x += mean[2 * m] / region.points().length;
                y += mean[2 * m + 1] / region.points().length;
              }
              for (int m : region.points()) {
                middles[m] = new double[] {x, y};
              }
            });
    return middles;
  }

  private void drawLegend(Graphics2D g, Rectangle2D panel) {
    double x = panel.getX();
    double y = panel.getMaxY() - 34;
    for (Map.Entry<String, Color> kind : sketch.colours().entrySet()) {
      g.setFont(SheetStyle.SMALL);
      double width = 30 + g.getFontMetrics().getStringBounds(kind.getKey(), g).getWidth() + 16;
      if (x + width > panel.getMaxX()) {
        x = panel.getX();
        y += 20;
      }
      g.setColor(kind.getValue());
      g.setStroke(SheetStyle.line(3));
      g.draw(new Line2D.Double(x, y - 4, x + 22, y - 4));
      SheetStyle.text(g, kind.getKey(), x + 30, y, 0, SheetStyle.SMALL, SheetStyle.INK);
      x += width;
    }
  }

  private void drawSpreads(Graphics2D g, Rectangle2D panel) {
    heading(g, "How points stray", "ellipses of one standard deviation about the mean face", panel);
    double[] mean = report.model().mean();
    FaceFrame frame = FaceFrame.fitting(corners(mean), faceArea(panel));
    sketch.draw(g, frame, mean, SheetStyle.RULE, 1.6);
    for (Spread spread : report.spreads()) {
      int m = spread.point();
      AffineTransform before = g.getTransform();
      g.translate(frame.x(mean[2 * m]), frame.y(mean[2 * m + 1]));
      g.rotate(spread.angle());
      double major = Math.max(0.6, frame.scale() * spread.major());
      double minor = Math.max(0.6, frame.scale() * spread.minor());
      Ellipse2D ellipse = new Ellipse2D.Double(-major, -minor, 2 * major, 2 * minor);
      Color colour = sketch.colourOf(m);
      g.setColor(SheetStyle.faint(colour, 34));
      g.fill(ellipse);
      g.setColor(SheetStyle.faint(colour, 210));
      g.setStroke(SheetStyle.line(1.1));
      g.draw(ellipse);
      g.setTransform(before);
    }
    for (int m = 0; m < mean.length / 2; m++) {
      g.setColor(SheetStyle.INK);
      FaceSketch.dot(g, frame, mean, m, 1.3);
    }
    drawScale(g, frame, panel);
  }

  /** The mean face moved by every point's ellipse, so that all ellipses fit. */
  private List<double[]> corners(double[] mean) {
    double[] outer = mean.clone();
    double[] inner = mean.clone();
    for (Spread spread : report.spreads()) {
      int m = spread.point();
      outer[2 * m] += spread.deviationX();
      outer[2 * m + 1] += spread.deviationY();
      inner[2 * m] -= spread.deviationX();
      inner[2 * m + 1] -= spread.deviationY();
    }
    return List.of(outer, inner);
  }

  private void drawScale(Graphics2D g, FaceFrame frame, Rectangle2D panel) {
    double unit = 0.1;
    while (unit * frame.scale() > panel.getWidth() / 2) {
      unit /= 10;
    }
    double x = panel.getX();
    double y = panel.getMaxY() - 34;
    double width = unit * frame.scale();
    g.setColor(SheetStyle.INK);
    g.setStroke(SheetStyle.line(1.6));
    g.draw(new Line2D.Double(x, y - 4, x + width, y - 4));
    g.draw(new Line2D.Double(x, y - 8, x, y));
    g.draw(new Line2D.Double(x + width, y - 8, x + width, y));
    String side =
        report.model().cropPolicy() == CropPolicy.STRETCH_V1
            ? "of the crop's width (x) and height (y)"
            : "of the crop's side";
    SheetStyle.text(
        g,
        "%s %s".formatted(number(unit, 2), side),
        x + width + 10,
        y,
        0,
        SheetStyle.SMALL,
        SheetStyle.INK);
  }

  private void drawVariance(Graphics2D g, Rectangle2D panel) {
    heading(
        g,
        "Explained variance",
        "by the first components together; dots: how many it takes for 80 to 97 %",
        panel);
    if (report.modes().isEmpty()) {
      nothing(g, panel, "the faces are all the same");
      return;
    }
    new VarianceChart(
            report,
            new Rectangle2D.Double(
                panel.getX(), panel.getY() + 44, panel.getWidth(), panel.getHeight() - 64))
        .draw(g);
  }

  private static void nothing(Graphics2D g, Rectangle2D panel, String why) {
    SheetStyle.text(g, why, panel.getX(), panel.getY() + 60, 0, SheetStyle.TEXT, SheetStyle.QUIET);
  }

  private void drawModes(Graphics2D g) {
    if (modes == 0) {
      return;
    }
    Rectangle2D at = new Rectangle2D.Double(MARGIN, MODES_TOP, WIDTH - 2 * MARGIN, 0);
    heading(
        g,
        modes == 1 ? "The first mode" : "The first " + modes + " modes",
        "the mean face moved along one eigenvector by 3 standard deviations to either side, and"
            + " all three on top of each other",
        at);
    double width = (WIDTH - 2.0 * MARGIN - GAP) / MODES_A_ROW;
    double cell = width / 4;
    List<double[]> all = new ArrayList<>();
    for (int mode = 1; mode <= modes; mode++) {
      all.add(report.along(mode, -ShapeModelReport.DEVIATIONS));
      all.add(report.along(mode, ShapeModelReport.DEVIATIONS));
    }
    FaceFrame frame =
        FaceFrame.fitting(all, new Rectangle2D.Double(14, 46, cell - 28, MODE - 46 - 26));
    for (int i = 0; i < modes; i++) {
      double x = MARGIN + (i % MODES_A_ROW) * (width + GAP);
      double y = MODES_TOP + 40 + i / MODES_A_ROW * (MODE + MODE_GAP);
      drawMode(g, report.modes().get(i), frame.moved(x, y), x, y, cell);
    }
  }

  private void drawMode(Graphics2D g, Mode mode, FaceFrame frame, double x, double y, double cell) {
    g.setColor(SheetStyle.RULE);
    g.setStroke(SheetStyle.line(1));
    g.draw(new Line2D.Double(x, y + 12, x + 4 * cell, y + 12));
    SheetStyle.text(
        g,
        "mode %d: %s of the variance".formatted(mode.number(), percent(mode.share())),
        x,
        y + 32,
        0,
        SheetStyle.TEXT,
        SheetStyle.INK);
    double[] minus = report.along(mode.number(), -ShapeModelReport.DEVIATIONS);
    double[] mean = report.model().mean();
    double[] plus = report.along(mode.number(), ShapeModelReport.DEVIATIONS);
    sketch.draw(g, frame, minus, SheetStyle.BLUE, 1.7);
    sketch.draw(g, frame.moved(cell, 0), mean, SheetStyle.INK, 1.7);
    sketch.draw(g, frame.moved(2 * cell, 0), plus, SheetStyle.VERMILION, 1.7);
    FaceFrame overlay = frame.moved(3 * cell, 0);
    sketch.draw(g, overlay, mean, SheetStyle.faint(SheetStyle.INK, 90), 1.2);
    sketch.draw(g, overlay, minus, SheetStyle.BLUE, 1.4);
    sketch.draw(g, overlay, plus, SheetStyle.VERMILION, 1.4);
    String[] captions = {"\u22123\u03c3", "mean", "+3\u03c3", "all three"};
    Color[] colours = {SheetStyle.BLUE, SheetStyle.INK, SheetStyle.VERMILION, SheetStyle.QUIET};
    for (int i = 0; i < captions.length; i++) {
      SheetStyle.text(
          g, captions[i], x + (i + 0.5) * cell, y + MODE - 2, 0.5, SheetStyle.SMALL, colours[i]);
    }
  }

  private void drawTable(Graphics2D g) {
    int rows = Math.min(TABLE_ROWS, report.modes().size());
    Rectangle2D at = new Rectangle2D.Double(MARGIN, tableTop(), WIDTH - 2 * MARGIN, 0);
    int shown = Math.min(TABLE_ROWS * TABLE_COLUMNS, report.modes().size());
    heading(
        g,
        "Eigenvalues",
        rows == 0
            ? "none above zero"
            : "the first %d of %d; \u03bb in label units squared, \u221a(\u03bb/M): how far one standard deviation moves a point (root mean square over the points, %% of the crop's side)"
                .formatted(shown, report.modes().size()),
        at);
    for (int column = 0; column * TABLE_ROWS < shown; column++) {
      double x = MARGIN + column * (COLUMN + GAP);
      double y = tableTop() + 54;
      row(
          g,
          x,
          y,
          SheetStyle.QUIET,
          "mode",
          "\u03bb",
          "\u221a(\u03bb/M)",
          "share",
          "sum of shares");
      g.setColor(SheetStyle.RULE);
      g.setStroke(SheetStyle.line(1));
      g.draw(new Line2D.Double(x, y + 6, x + COLUMN, y + 6));
      for (int i = 0; i < TABLE_ROWS && column * TABLE_ROWS + i < shown; i++) {
        Mode mode = report.modes().get(column * TABLE_ROWS + i);
        row(
            g,
            x,
            y + (i + 1) * ROW,
            SheetStyle.INK,
            Integer.toString(mode.number()),
            "%.4e".formatted(mode.eigenvalue()),
            percent(mode.pointMovement()),
            percent(mode.share()),
            percent(mode.cumulativeShare()));
      }
    }
  }

  private static void row(Graphics2D g, double x, double y, Color colour, String... cells) {
    double[] ends = {0.1, 0.36, 0.56, 0.74, 1};
    for (int i = 0; i < cells.length; i++) {
      SheetStyle.text(g, cells[i], x + ends[i] * COLUMN, y, 1, SheetStyle.SMALL, colour);
    }
  }

  private static String percent(double share) {
    return number(100 * share, 2) + " %";
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
