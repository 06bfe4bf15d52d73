package dev.facealign.dataset.table;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One file of faces, whatever its notation. */
interface TableFile {
  /** Its name, such as "train.csv". */
  String name();

  /** The split of rows that name none: the file's name without its extension. */
  String stem();

  /** Takes a file's rows in their order. */
  interface Visitor {
    /**
     * A row that is right.
     *
     * @param line of the file, from 1
     */
    void row(TableRow row, int line);

    /** A row that is wrong, or a header. */
    void fault(FaultException fault);
  }

  /**
   * Reads the rows of a split. Of rows of other splits it looks no further than that.
   *
   * @param split null for all
   */
  void read(LandmarkScheme scheme, @Nullable String split, Visitor visitor) throws IOException;

  /** The splits that its rows are of, sorted. Reads the whole file where rows may name theirs. */
  Set<String> splits() throws IOException;

  /** What a person should know of it, such as columns that are not used. */
  List<String> remarks() throws IOException;

  /**
   * Looks whether its first line is one of a table of faces.
   *
   * @throws FaultException what is wrong with it
   */
  void requireOfFaces() throws IOException;
}
