package dev.facealign.shape.report;

import dev.facealign.shape.report.ShapeModelReport.Mark;
import dev.facealign.shape.report.ShapeModelReport.Mode;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;

/** The explained-variance curve: components against the share of the variance they explain. */
final class VarianceChart {
  private static final int[] TICKS = {1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 2000};
  private static final double LEFT = 58;
  private static final double BOTTOM = 48;

  private final ShapeModelReport report;
  private final Rectangle2D plot;
  private final double lowest;

  /**
   * A chart with its axes and their labels in an area.
   *
   * @param report of a model with at least one component
   */
  VarianceChart(ShapeModelReport report, Rectangle2D area) {
    this.report = report;
    this.plot =
        new Rectangle2D.Double(
            area.getX() + LEFT,
            area.getY() + 8,
            area.getWidth() - LEFT - 8,
            area.getHeight() - BOTTOM - 8);
    double first = Math.min(0.8, report.modes().get(0).cumulativeShare());
    this.lowest = Math.max(0, Math.floor(first * 10 - 0.5) / 10);
  }

  private double x(double components) {
    double most = Math.max(2, report.modes().size());
    return plot.getX() + plot.getWidth() * Math.log(components) / Math.log(most);
  }

  private double y(double share) {
    return plot.getMaxY() - plot.getHeight() * (share - lowest) / (1 - lowest);
  }

  void draw(Graphics2D g) {
    drawAxes(g);
    Path2D curve = new Path2D.Double();
    List<Mode> modes = report.modes();
    curve.moveTo(x(1), y(modes.get(0).cumulativeShare()));
    for (Mode mode : modes) {
      curve.lineTo(x(mode.number()), y(mode.cumulativeShare()));
    }
    g.setColor(SheetStyle.BLUE);
    g.setStroke(SheetStyle.line(2.4));
    g.draw(curve);
    double lastText = Double.POSITIVE_INFINITY;
    for (Mark mark : report.marks()) {
      lastText = drawMark(g, mark, lastText);
    }
  }

  /** A dot where the share is reached, what it takes to its right; the text's base line. */
  private double drawMark(Graphics2D g, Mark mark, double textBefore) {
    double x = x(mark.components());
    double reached = report.modes().get(mark.components() - 1).cumulativeShare();
    double dotY = y(reached);
    g.setColor(SheetStyle.VERMILION);
    g.fill(new Ellipse2D.Double(x - 4.5, dotY - 4.5, 9, 9));
    // Below the curve and clear of the text before, which is lower.
    double textY = Math.min(dotY + 19, textBefore - 18);
    SheetStyle.text(
        g,
        String.format(Locale.ROOT, "%.0f %%: %d", 100 * mark.share(), mark.components()),
        x + 11,
        textY,
        0,
        SheetStyle.TEXT,
        SheetStyle.INK);
    return textY;
  }

  private void drawAxes(Graphics2D g) {
    g.setStroke(SheetStyle.line(1));
    for (int percent = (int) Math.round(100 * lowest); percent <= 100; percent += step()) {
      double y = y(percent / 100.0);
      g.setColor(SheetStyle.RULE);
      g.draw(new Line2D.Double(plot.getX(), y, plot.getMaxX(), y));
      SheetStyle.text(
          g, percent + " %", plot.getX() - 8, y + 4, 1, SheetStyle.SMALL, SheetStyle.QUIET);
    }
    for (int tick : TICKS) {
      if (tick <= report.modes().size()) {
        double x = x(tick);
        g.setColor(SheetStyle.INK);
        g.draw(new Line2D.Double(x, plot.getMaxY(), x, plot.getMaxY() + 5));
        SheetStyle.text(
            g,
            Integer.toString(tick),
            x,
            plot.getMaxY() + 20,
            0.5,
            SheetStyle.SMALL,
            SheetStyle.QUIET);
      }
    }
    g.setColor(SheetStyle.INK);
    g.draw(new Line2D.Double(plot.getX(), plot.getMaxY(), plot.getMaxX(), plot.getMaxY()));
    SheetStyle.text(
        g,
        "components kept (logarithmic)",
        plot.getCenterX(),
        plot.getMaxY() + 40,
        0.5,
        SheetStyle.SMALL,
        SheetStyle.QUIET);
  }

  private int step() {
    return lowest >= 0.7 ? 5 : 10;
  }
}
