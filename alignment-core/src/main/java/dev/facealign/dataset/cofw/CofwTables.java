package dev.facealign.dataset.cofw;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;
import java.util.Map;

/** The three variables of an open file, checked against each other. Their data are not read yet. */
final class CofwTables implements AutoCloseable {
  /** COFW has 1852 faces. */
  private static final int MOST_FACES = 50_000;

  /** What so many faces of 29 points take, 35 MB; a scheme of more points has room for fewer. */
  private static final int MOST_NUMBERS = MOST_FACES * 87;

  private static final int BOX_COLUMNS = 4;

  private final MatFile file;
  private final CofwFile which;
  private final Map<String, Long> variables;
  private final MatArray phis;
  private final MatArray boxes;
  private final MatArray cells;

  private CofwTables(MatFile file, CofwFile which, LandmarkScheme scheme) {
    this.file = file;
    this.which = which;
    variables = file.variables();
    phis = variable("phis");
    int columns = 3 * scheme.count();
    requireNumbers(
        phis,
        columns,
        "N x "
            + columns
            + " double: all x, all y, all occlusion flags of "
            + scheme.count()
            + " points");
    if (count() < 1 || count() > MOST_FACES) {
      throw phis.place().fault(count() + " rows", "1 to " + MOST_FACES);
    }
    if ((long) count() * columns > MOST_NUMBERS) {
      throw phis.place()
          .fault(count() + " rows of " + columns, "at most " + MOST_NUMBERS + " numbers");
    }
    boxes = variable("bboxes");
    requireNumbers(boxes, BOX_COLUMNS, "N x 4 double: x, y, width, height");
    if (boxes.sizes()[1] != count()) {
      throw boxes.place().fault(boxes.sizes()[1] + " rows", count() + ", as many as phis");
    }
    cells = variable("Is");
    int[] sizes = cells.sizes();
    if (!cells.type().is(ElementType.CELL)
        || sizes.length != 2
        || Math.min(sizes[0], sizes[1]) != 1) {
      throw cells.place().fault(cells, "N x 1 cell");
    }
    if (Math.max(sizes[0], sizes[1]) != count()) {
      throw cells
          .place()
          .fault(Math.max(sizes[0], sizes[1]) + " cells", count() + ", as many as rows of phis");
    }
  }

  /**
   * Opens a file.
   *
   * @param name of the file, for faults
   * @throws FaultException the file's or a variable's fault; NOT_FOUND; UNAVAILABLE
   */
  static CofwTables open(Path path, String name, CofwFile which, LandmarkScheme scheme) {
    MatFile file = MatFile.open(path, Place.annotation(name));
    try {
      return new CofwTables(file, which, scheme);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Rows, which are faces. */
  int count() {
    return phis.sizes()[1];
  }

  double[] phis() {
    return phis.numbers();
  }

  double[] boxes() {
    return boxes.numbers();
  }

  /** Addresses of the pictures; 0 where there is none. */
  long[] pictures() {
    return cells.references();
  }

  /** A picture's header. */
  MatArray picture(long address, Place at) {
    return file.array(address, at);
  }

  /** Names a row of a variable, counted from 1 as MATLAB does. */
  Place row(String variable, int row) {
    return file.place().at(variable + which.suffix() + " row " + (row + 1));
  }

  private MatArray variable(String stem) {
    String name = stem + which.suffix();
    Long address = variables.get(name);
    if (address == null) {
      throw file.place().fault("variables " + variables.keySet(), "a variable " + name);
    }
    return file.array(address, file.place().at(name));
  }

  private static void requireNumbers(MatArray array, int columns, String expected) {
    int[] sizes = array.sizes();
    boolean numbers = array.type().is(ElementType.DOUBLE) || array.type().is(ElementType.SINGLE);
    if (!numbers || sizes.length != 2 || sizes[0] != columns) {
      throw array.place().fault(array, expected);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
