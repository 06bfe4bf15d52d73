package dev.facealign.cli.shape;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.PngFile;
import dev.facealign.cli.output.SvgFile;
import dev.facealign.shape.report.ShapeModelSheet;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a sheet as SVG and as PNG: the same drawing. */
final class SheetFiles {
  private SheetFiles() {}

  /**
   * As SVG. Text stays text.
   *
   * @param title for those who hear the drawing
   * @param description for them too
   */
  static void writeSvg(ShapeModelSheet sheet, String title, String description, Path file) {
    try {
      SvgFile.write(sheet.size(), sheet::draw, title, description, file);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /** As PNG, two pixels a unit. */
  static void writePng(ShapeModelSheet sheet, Path file) {
    try {
      PngFile.write(sheet.picture(2), file);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  static CommandFailure cannotWrite(Path file, IOException e) {
    return new CommandFailure(file + ": cannot be written: " + e.getMessage(), e);
  }
}
