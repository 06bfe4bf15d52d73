package dev.facealign.cli.dataset;

import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.inspect.DatasetInspection;
import dev.facealign.dataset.inspect.FindingKind;
import dev.facealign.dataset.inspect.Specimen;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Affine;
import dev.facealign.geometry.Box;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import dev.facealign.landmark.Landmarks;
import dev.facealign.render.LandmarkDrawing;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The chosen faces of an inspection in a grid, each with its points, box and name. */
final class FaceSheet {
  private static final Color POINTS = new Color(0, 230, 118);
  private static final Color HIDDEN = new Color(255, 145, 0);
  private static final Color BOX = new Color(80, 160, 255);
  private static final Color FAULT = new Color(255, 92, 92);
  private static final Color NOTE = new Color(255, 202, 40);
  private static final Color TEXT = new Color(235, 235, 235);
  private static final Color BACKGROUND = new Color(24, 26, 30);
  private static final Color OUTSIDE = new Color(58, 62, 70);
  private static final int COLUMNS = 6;
  private static final int CELL_PX = 224;
  private static final int GAP_PX = 8;
  private static final int CAPTION_PX = 38;
  private static final int HEADER_PX = 44;

  /** Side of what is shown around a face over the longer side of its points' box. */
  private static final double SURROUNDINGS = 1.6;

  /** The same over an annotated box, which is larger than the points' in most datasets. */
  private static final double BOX_SURROUNDINGS = 1.1;

  /** However far away points lie, the picture stays visible. */
  private static final double MOST_SURROUNDINGS = 4;

  private final DatasetInspection inspection;
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  FaceSheet(DatasetInspection inspection) {
    this.inspection = inspection;
  }

  /** The sheet, TYPE_INT_RGB. */
  BufferedImage draw() {
    List<Specimen> specimens = inspection.specimens();
    int columns = Math.min(COLUMNS, specimens.size());
    int rows = (specimens.size() + columns - 1) / columns;
    int pitchX = CELL_PX + GAP_PX;
    int pitchY = CELL_PX + CAPTION_PX + GAP_PX;
    BufferedImage sheet =
        new BufferedImage(
            Math.max(columns, 3) * pitchX + GAP_PX,
            HEADER_PX + rows * pitchY,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(BACKGROUND);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    g.setColor(TEXT);
    g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
    g.drawString(title(), GAP_PX + 2, 29);
    for (int i = 0; i < specimens.size(); i++) {
      int x = GAP_PX + (i % columns) * pitchX;
      int y = HEADER_PX + (i / columns) * pitchY;
      g.drawImage(cell(specimens.get(i).face()), x, y, null);
      caption(g, specimens.get(i), x + 2, y + CELL_PX);
    }
    g.dispose();
    return sheet;
  }

  private String title() {
    return inspection.name()
        + " / "
        + inspection.split()
        + ": "
        + inspection.specimens().size()
        + " of "
        + inspection.faces()
        + " faces, "
        + inspection.scheme().count()
        + " points";
  }

  private static void caption(Graphics2D g, Specimen specimen, int x, int y) {
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    g.setColor(TEXT);
    g.drawString(fitted(g, specimen.face().id()), x, y + 15);
    if (!specimen.findings().isEmpty()) {
      FindingKind kind = specimen.findings().get(0);
      g.setColor(specimen.findings().stream().anyMatch(FindingKind::isFault) ? FAULT : NOTE);
      g.drawString(fitted(g, words(kind)), x, y + 31);
    }
  }

  private static String words(FindingKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** A name's end tells faces apart. */
  private static String fitted(Graphics2D g, String text) {
    FontMetrics metrics = g.getFontMetrics();
    if (metrics.stringWidth(text) <= CELL_PX - 4) {
      return text;
    }
    int from = 1;
    while (from < text.length()
        && metrics.stringWidth("..." + text.substring(from)) > CELL_PX - 4) {
      from++;
    }
    return "..." + text.substring(from);
  }

  private BufferedImage cell(FaceSample face) {
    BufferedImage cell = new BufferedImage(CELL_PX, CELL_PX, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = cell.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(OUTSIDE);
    g.fillRect(0, 0, CELL_PX, CELL_PX);
    try {
      RgbImage picture = face.readPicture(decoder);
      Optional<Box> extent = extent(face.landmarks());
      Rectangle2D view = view(picture, extent, face.box());
      double scale = CELL_PX / view.getWidth();
      // Java2D has the first pixel's corner at (0, 0), landmarks its centre.
      AffineTransform corners = AffineTransform.getScaleInstance(scale, scale);
      corners.translate(-view.getX(), -view.getY());
      g.drawImage(picture.toBufferedImage(), corners, null);
      Affine toCell =
          Affine.translate(0.5 - view.getX(), 0.5 - view.getY())
              .then(Affine.scale(scale, scale))
              .then(Affine.translate(-0.5, -0.5));
      face.box().ifPresent(box -> draw(g, box, toCell));
      if (extent.isPresent()) {
        Landmarks points = face.landmarks().map(toCell);
        new LandmarkDrawing(inspection.scheme(), POINTS).draw(cell, points);
        face.occluded().ifPresent(hidden -> draw(g, points, hidden));
      }
    } catch (FaultException e) {
      // It could be decoded a moment ago; the report has said what it had to.
      g.setColor(FAULT);
      g.drawString("picture gone", 8, 20);
    }
    g.dispose();
    return cell;
  }

  /**
   * A square around the face, its annotated box included where that is at the same place; around
   * the picture, too, where the face lies outside of it.
   */
  private static Rectangle2D view(RgbImage picture, Optional<Box> extent, Optional<Box> annotated) {
    Rectangle2D whole = new Rectangle2D.Double(0, 0, picture.width(), picture.height());
    if (extent.isEmpty()) {
      return square(whole, 1);
    }
    Rectangle2D points = rectangle(extent.get());
    if (whole.contains(points)) {
      Rectangle2D face =
          annotated
              .filter(extent.get()::overlaps)
              .map(box -> points.createUnion(rectangle(box)))
              .orElse(points);
      return side(face) > side(points) * SURROUNDINGS / BOX_SURROUNDINGS
          ? square(face, BOX_SURROUNDINGS)
          : square(points, SURROUNDINGS);
    }
    Rectangle2D both = whole.createUnion(points);
    if (side(both) > MOST_SURROUNDINGS * side(whole)) {
      return square(whole, MOST_SURROUNDINGS);
    }
    Rectangle2D near = square(points, SURROUNDINGS);
    return whole.intersects(points) ? near : square(both, 1);
  }

  private static Rectangle2D rectangle(Box box) {
    return new Rectangle2D.Double(box.x() + 0.5, box.y() + 0.5, box.width(), box.height());
  }

  private static double side(Rectangle2D rectangle) {
    return Math.max(rectangle.getWidth(), rectangle.getHeight());
  }

  private static Rectangle2D square(Rectangle2D inner, double share) {
    double side = share * side(inner);
    return new Rectangle2D.Double(
        inner.getCenterX() - side / 2, inner.getCenterY() - side / 2, side, side);
  }

  private static void draw(Graphics2D g, Box box, Affine toCell) {
    double x = toCell.x(box.x(), box.y()) + 0.5;
    double y = toCell.y(box.x(), box.y()) + 0.5;
    g.setColor(BOX);
    g.setStroke(new BasicStroke(1.5f));
    g.draw(
        new Rectangle2D.Double(
            x,
            y,
            toCell.x(box.right(), box.bottom()) + 0.5 - x,
            toCell.y(box.right(), box.bottom()) + 0.5 - y));
  }

  private static void draw(Graphics2D g, Landmarks points, BitSet hidden) {
    g.setColor(HIDDEN);
    for (int m = hidden.nextSetBit(0); m >= 0; m = hidden.nextSetBit(m + 1)) {
      g.fill(new Ellipse2D.Double(points.x(m) - 2.5, points.y(m) - 2.5, 6, 6));
    }
  }

  private static Optional<Box> extent(Landmarks points) {
    try {
      return Optional.of(points.boundingBox());
    } catch (FaultException e) {
      return Optional.empty();
    }
  }
}
