package dev.facealign.cli.sweep;

import dev.facealign.cli.output.Figures;
import dev.facealign.v1.TrainingJobStatus;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** NME on held-out faces by epoch: a colour a recipe, a line a seed. Text is drawn as text. */
final class NmePlot {
  /** Pixels of the picture, or units of SVG. */
  static final Dimension SIZE = new Dimension(1100, 640);

  private static final int TOP = 52;
  private static final int BOTTOM = 58;
  private static final int LEFT = 70;
  private static final int RIGHT = 24;
  private static final int LEGEND_LINE = 20;
  private static final int SWATCH = 26;

  /** Between labels, so that they can be read. */
  private static final int X_ROOM = 48;

  private static final int Y_ROOM = 26;

  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 16);
  private static final Color INK = new Color(0x333333);
  private static final Color GRID = new Color(0xdddddd);

  private static final Color[] COLOURS = {
    new Color(0x1f77b4), new Color(0xd62728), new Color(0x2ca02c), new Color(0xff7f0e),
    new Color(0x9467bd), new Color(0x8c564b), new Color(0x17becf), new Color(0xe377c2),
    new Color(0xbcbd22), new Color(0x555555)
  };

  /** Dashes and gaps of further recipes, once the colours are used up. */
  private static final float[][] DASHES = {{}, {7, 4}, {2, 3}};

  /** A recipe's lines. */
  private record Group(String label, Color colour, BasicStroke stroke, List<NmeCurve> curves) {}

  private final String title;
  private final List<Group> groups = new ArrayList<>();

  /**
   * @param curves by job id; jobs without an epoch are left out
   */
  NmePlot(SweepComparison comparison, Map<String, NmeCurve> curves) {
    title = "sweep " + comparison.sweep().getSweepId();
    for (int i = 0; i < comparison.results().size(); i++) {
      RecipeResult result = comparison.results().get(i);
      List<NmeCurve> drawn = new ArrayList<>();
      for (TrainingJobStatus job : result.jobs()) {
        NmeCurve curve = curves.get(job.getJob().getJobId());
        if (curve != null && !curve.nmes().isEmpty()) {
          drawn.add(curve);
        }
      }
      if (!drawn.isEmpty()) {
        groups.add(
            new Group(
                comparison.label(result.recipe())
                    + (Double.isNaN(result.mean()) ? "" : "  " + Figures.percent(result.mean(), 2)),
                COLOURS[i % COLOURS.length],
                stroke(DASHES[i / COLOURS.length % DASHES.length]),
                drawn));
      }
    }
  }

  private static BasicStroke stroke(float[] dash) {
    return dash.length == 0
        ? new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
        : new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
  }

  /** Whether there is nothing to draw. */
  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** What it shows, in words. */
  String description() {
    return "NME on held-out training faces by epoch, a colour a recipe, a line a seed: "
        + String.join("; ", groups.stream().map(Group::label).toList());
  }

  /** Draws it in {@link #SIZE}. */
  void draw(Graphics2D g) {
    g.setColor(Color.WHITE);
    g.fill(new Rectangle2D.Double(0, 0, SIZE.width, SIZE.height));
    g.setFont(TITLE);
    g.setColor(INK);
    g.drawString(title, LEFT, 30);
    int beside = LEFT + g.getFontMetrics().stringWidth(title) + 16;
    g.setFont(TEXT);
    g.drawString("a line a seed; beside each recipe the mean of its runs' best epochs", beside, 30);
    FontMetrics metrics = g.getFontMetrics();
    int legend =
        groups.stream().mapToInt(group -> metrics.stringWidth(group.label())).max().orElse(0)
            + SWATCH
            + RIGHT;
    Rectangle2D panel =
        new Rectangle2D.Double(
            LEFT, TOP, SIZE.width - LEFT - RIGHT - legend, SIZE.height - TOP - BOTTOM);
    int last = allCurves().stream().mapToInt(curve -> curve.nmes().lastKey()).max().orElse(1);
    PlotAxis epochs = last == 1 ? new PlotAxis(0, 2, false) : new PlotAxis(1, last, false);
    PlotAxis percents =
        PlotAxis.around(
            100 * allValues().stream().mapToDouble(nme -> nme).min().orElse(0.01),
            100 * allValues().stream().mapToDouble(nme -> nme).max().orElse(0.02));
    drawAxes(g, panel, epochs, percents);
    for (Group group : groups) {
      g.setColor(group.colour());
      g.setStroke(group.stroke());
      for (NmeCurve curve : group.curves()) {
        drawCurve(g, panel, epochs, percents, curve);
      }
    }
    drawLegend(g, panel);
  }

  private List<NmeCurve> allCurves() {
    return groups.stream().flatMap(group -> group.curves().stream()).toList();
  }

  private List<Double> allValues() {
    return allCurves().stream()
        .flatMap(curve -> curve.nmes().values().stream())
        .filter(nme -> nme > 0)
        .toList();
  }

  private static double x(Rectangle2D panel, PlotAxis epochs, double epoch) {
    return panel.getMinX() + epochs.share(epoch) * panel.getWidth();
  }

  private static double y(Rectangle2D panel, PlotAxis percents, double percent) {
    return panel.getMaxY() - percents.share(percent) * panel.getHeight();
  }

  private static void drawAxes(
      Graphics2D g, Rectangle2D panel, PlotAxis epochs, PlotAxis percents) {
    FontMetrics metrics = g.getFontMetrics();
    g.setStroke(new BasicStroke(1));
    for (BigDecimal tick : percents.ticks((int) panel.getHeight() / Y_ROOM)) {
      double y = y(panel, percents, tick.doubleValue());
      g.setColor(GRID);
      g.draw(new Line2D.Double(panel.getMinX(), y, panel.getMaxX(), y));
      g.setColor(INK);
      String label = tick.toPlainString();
      g.drawString(label, (float) panel.getMinX() - 8 - metrics.stringWidth(label), (float) y + 5);
    }
    for (BigDecimal tick : epochs.wholeTicks((int) panel.getWidth() / X_ROOM)) {
      double x = x(panel, epochs, tick.doubleValue());
      g.setColor(GRID);
      g.draw(new Line2D.Double(x, panel.getMinY(), x, panel.getMaxY()));
      g.setColor(INK);
      String label = tick.toPlainString();
      g.drawString(
          label, (float) x - metrics.stringWidth(label) / 2f, (float) panel.getMaxY() + 20);
    }
    g.draw(panel);
    String below = "epoch";
    g.drawString(
        below,
        (float) panel.getCenterX() - metrics.stringWidth(below) / 2f,
        (float) panel.getMaxY() + 44);
    String beside =
        "NME on held-out training faces, %" + (percents.logarithmic() ? " (logarithmic)" : "");
    AffineTransform upright = g.getTransform();
    g.rotate(-Math.PI / 2);
    g.drawString(
        beside, (float) -panel.getCenterY() - metrics.stringWidth(beside) / 2f, LEFT - 48f);
    g.setTransform(upright);
  }

  private static void drawCurve(
      Graphics2D g, Rectangle2D panel, PlotAxis epochs, PlotAxis percents, NmeCurve curve) {
    Path2D path = new Path2D.Double();
    for (Map.Entry<Integer, Double> point : curve.nmes().entrySet()) {
      if (!(point.getValue() > 0)) {
        continue;
      }
      double x = x(panel, epochs, point.getKey());
      double y = y(panel, percents, 100 * point.getValue());
      if (path.getCurrentPoint() == null) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
      if (curve.nmes().size() == 1) {
        g.fill(new Ellipse2D.Double(x - 3, y - 3, 6, 6));
      }
    }
    g.draw(path);
  }

  private void drawLegend(Graphics2D g, Rectangle2D panel) {
    double x = panel.getMaxX() + RIGHT;
    int room = (int) panel.getHeight() / LEGEND_LINE;
    for (int i = 0; i < Math.min(groups.size(), room); i++) {
      double y = panel.getMinY() + (i + 0.5) * LEGEND_LINE;
      if (i == room - 1 && groups.size() > room) {
        g.setColor(INK);
        g.drawString("and " + (groups.size() - i) + " more", (float) x, (float) y + 5);
        return;
      }
      Group group = groups.get(i);
      g.setColor(group.colour());
      g.setStroke(group.stroke());
      g.draw(new Line2D.Double(x, y, x + SWATCH - 6, y));
      g.setColor(INK);
      g.drawString(group.label(), (float) x + SWATCH, (float) y + 5);
    }
  }
}
