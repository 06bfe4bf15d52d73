package dev.facealign.dataset.cofw;

import dev.facealign.dataset.Coordinates;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;

/**
 * The faces of an open file, a row each. Their numbers are held, 0.9 MB for the whole of COFW;
 * their pictures are not.
 *
 * <p>Coordinates are taken as they stand: the centre of the first pixel is (0, 0). MATLAB itself
 * counts from 1; but the pictures of COFW's format at hand (LFPW-29) can be laid over the same
 * pictures of 300W, pixel for pixel, and there the corners of eyes and mouth of 86 faces are on
 * average (-0.4, -0.7) pixels from 300W's when taken as 0-based and (-1.4, -1.7) as 1-based. The
 * pupils are 0.3 pixels to the right of the dark of the iris and 0.7 to the left of it.
 */
final class CofwRows {
  private final CofwTables tables;
  private final CofwFile which;
  private final Path path;
  private final int points;
  private final double[] phis;
  private final double[] boxes;
  private final long[] pictures;

  CofwRows(CofwTables tables, CofwFile which, Path path, int points) {
    this.tables = tables;
    this.which = which;
    this.path = path;
    this.points = points;
    phis = tables.phis();
    boxes = tables.boxes();
    pictures = tables.pictures();
  }

  /**
   * The face of a row.
   *
   * @throws FaultException ANNOTATION_INVALID naming variable, row, value and what was expected
   */
  CofwFace face(int row) {
    Place phisRow = tables.row("phis", row);
    double[] xy = new double[2 * points];
    BitSet occluded = new BitSet(points);
    for (int m = 0; m < points; m++) {
      xy[2 * m] = coordinate(phis, m, row, phisRow, "x of point " + m);
      xy[2 * m + 1] = coordinate(phis, points + m, row, phisRow, "y of point " + m);
      double flag = phis[at(2 * points + m, row)];
      if (flag != 0 && flag != 1) {
        throw phisRow.fault("occlusion flag " + flag + " of point " + m, "0 or 1");
      }
      occluded.set(m, flag == 1);
    }
    Place pictureRow = tables.row("Is", row);
    if (pictures[row] == 0) {
      throw pictureRow.fault("an empty cell", CofwPicture.EXPECTED);
    }
    CofwPicture.requirePicture(tables.picture(pictures[row], pictureRow));
    return new CofwFace(
        String.format(Locale.ROOT, "%s/%04d", which.split(), row + 1),
        phisRow.name(),
        Landmarks.of(xy),
        box(row),
        occluded,
        new CofwPicture(path, pictureRow.name(), pictures[row]));
  }

  private Box box(int row) {
    Place place = tables.row("bboxes", row);
    double x = coordinate(boxes, 0, row, place, "x");
    double y = coordinate(boxes, 1, row, place, "y");
    double width = coordinate(boxes, 2, row, place, "width");
    double height = coordinate(boxes, 3, row, place, "height");
    if (!(width > 0) || !(height > 0)) {
      throw place.fault("width " + width + ", height " + height, "> 0");
    }
    return new Box(x, y, width, height);
  }

  private double coordinate(double[] columns, int column, int row, Place place, String name) {
    double value = columns[at(column, row)];
    if (!Coordinates.isPlausible(value)) {
      throw place.fault(name + " " + value, Coordinates.EXPECTED);
    }
    return value;
  }

  /** Columns lie one after the other. */
  private int at(int column, int row) {
    return column * tables.count() + row;
  }
}
