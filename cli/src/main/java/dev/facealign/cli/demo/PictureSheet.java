package dev.facealign.cli.demo;

import dev.facealign.cli.output.Figures;
import dev.facealign.geometry.Affine;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.render.LandmarkDrawing;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays held-out faces out in a grid, predicted points over true ones, with a title and a legend.
 */
final class PictureSheet {
  private static final Color TRUTH = new Color(255, 64, 64);
  private static final Color PREDICTED = new Color(0, 230, 118);
  private static final Color BACKGROUND = new Color(24, 26, 30);
  private static final Color TEXT = new Color(235, 235, 235);
  private static final int COLUMNS = 6;
  private static final int CELL_PX = 220;
  private static final int GAP_PX = 8;
  private static final int CAPTION_PX = 22;
  private static final int HEADER_PX = 76;

  /** Side of what is shown around a face over its landmark box's longer side. */
  private static final double SURROUNDINGS = 1.5;

  private final LandmarkScheme scheme;
  private final List<BufferedImage> cells = new ArrayList<>();
  private final List<String> captions = new ArrayList<>();

  PictureSheet(LandmarkScheme scheme) {
    this.scheme = scheme;
  }

  /** Adds a face. */
  void add(BufferedImage picture, HeldOutFace face) {
    Box box = face.truth().boundingBox();
    double side = box.longerSide() * SURROUNDINGS;
    double scale = CELL_PX / side;
    // Image coordinates, the first pixel's centre at (0, 0), to the cell's.
    Affine toCell =
        Affine.translate(
                0.5 - (box.centreX() + 0.5 - side / 2), 0.5 - (box.centreY() + 0.5 - side / 2))
            .then(Affine.scale(scale, scale))
            .then(Affine.translate(-0.5, -0.5));
    BufferedImage cell = new BufferedImage(CELL_PX, CELL_PX, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = cell.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    // Java2D's own coordinates have the first pixel's corner at (0, 0).
    AffineTransform cornerBased = AffineTransform.getScaleInstance(scale, scale);
    cornerBased.translate(-(box.centreX() + 0.5 - side / 2), -(box.centreY() + 0.5 - side / 2));
    g.drawImage(picture, cornerBased, null);
    g.dispose();
    new LandmarkDrawing(scheme, TRUTH).draw(cell, face.truth().map(toCell));
    new LandmarkDrawing(scheme, PREDICTED).draw(cell, face.predicted().map(toCell));
    cells.add(cell);
    captions.add("NME " + Figures.percent(face.nme(), 1));
  }

  /**
   * The sheet.
   *
   * @param title what the faces are
   * @param subtitle what was measured
   */
  BufferedImage draw(String title, String subtitle) {
    int columns = Math.min(COLUMNS, cells.size());
    int rows = (cells.size() + columns - 1) / columns;
    int pitchX = CELL_PX + GAP_PX;
    int pitchY = CELL_PX + CAPTION_PX + GAP_PX;
    int width = Math.max(columns * pitchX + GAP_PX, 4 * pitchX + GAP_PX);
    BufferedImage sheet =
        new BufferedImage(width, HEADER_PX + rows * pitchY + GAP_PX, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(BACKGROUND);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    header(g, title, subtitle, width);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    for (int i = 0; i < cells.size(); i++) {
      int x = GAP_PX + (i % columns) * pitchX;
      int y = HEADER_PX + (i / columns) * pitchY;
      g.drawImage(cells.get(i), x, y, null);
      g.setColor(TEXT);
      g.drawString(captions.get(i), x + 2, y + CELL_PX + 16);
    }
    g.dispose();
    return sheet;
  }

  private static void header(Graphics2D g, String title, String subtitle, int width) {
    g.setColor(TEXT);
    g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
    g.drawString(title, GAP_PX + 2, 30);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    g.drawString(subtitle, GAP_PX + 2, 56);
    legend(g, PREDICTED, "predicted", width - 210);
    legend(g, TRUTH, "truth", width - 90);
  }

  private static void legend(Graphics2D g, Color colour, String word, int x) {
    g.setColor(colour);
    g.fill(new Ellipse2D.Double(x, 20, 10, 10));
    g.setColor(TEXT);
    g.drawString(word, x + 16, 30);
  }
}
