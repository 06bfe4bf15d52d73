package dev.facealign.render;

import dev.facealign.fault.FaultException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Lays pictures out in rows, so that many can be looked at together. */
public final class ContactSheet {
  private static final int GAP_PX = 4;

  private final int columns;
  private final int cellPx;

  /**
   * A sheet's layout.
   *
   * @param columns pictures a row, above 0
   * @param cellPx side of the square each picture is fitted into, pixels, above 0
   */
  public ContactSheet(int columns, int cellPx) {
    if (columns <= 0 || cellPx <= 0) {
      throw FaultException.invalid("sheet", columns + " columns of " + cellPx + " px", "> 0");
    }
    this.columns = columns;
    this.cellPx = cellPx;
  }

  /**
   * The sheet, TYPE_INT_RGB.
   *
   * @param pictures at least one; each keeps its proportions
   */
  public BufferedImage of(List<BufferedImage> pictures) {
    if (pictures.isEmpty()) {
      throw FaultException.invalid("pictures", 0, "at least one");
    }
    int across = Math.min(columns, pictures.size());
    int rows = (pictures.size() + across - 1) / across;
    int pitch = cellPx + GAP_PX;
    BufferedImage sheet =
        new BufferedImage(
            across * pitch + GAP_PX, rows * pitch + GAP_PX, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    for (int i = 0; i < pictures.size(); i++) {
      BufferedImage picture = pictures.get(i);
      double scale = (double) cellPx / Math.max(picture.getWidth(), picture.getHeight());
      int width = (int) Math.max(1, Math.round(picture.getWidth() * scale));
      int height = (int) Math.max(1, Math.round(picture.getHeight() * scale));
      int left = GAP_PX + (i % across) * pitch + (cellPx - width) / 2;
      int top = GAP_PX + (i / across) * pitch + (cellPx - height) / 2;
      g.drawImage(picture, left, top, width, height, null);
    }
    g.dispose();
    return sheet;
  }
}
