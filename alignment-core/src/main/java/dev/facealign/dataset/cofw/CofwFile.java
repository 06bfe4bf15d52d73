package dev.facealign.dataset.cofw;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.FaceSink;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;

/**
 * One of COFW's two files: a cell array of pictures, and two arrays with a row for each of them.
 *
 * @param split "train" or "test"
 * @param suffix of its variables' names
 * @param completeCount faces in the file that COFW's authors publish
 */
record CofwFile(String split, String suffix, int completeCount) {
  static final CofwFile TRAIN = new CofwFile("train", "Tr", 1345);
  static final CofwFile TEST = new CofwFile("test", "T", 507);

  /** The same for everyone who has COFW. */
  String fileName() {
    return "COFW_" + split + "_color.mat";
  }

  /** Faces that the headers announce; 0 where they are damaged, which reading then explains. */
  int count(Path folder, String dataset, LandmarkScheme scheme) {
    try (CofwTables tables = open(folder, dataset, scheme)) {
      return tables.count();
    } catch (FaultException e) {
      return 0;
    }
  }

  /**
   * Reads the numbers of all faces, and the headers of their pictures.
   *
   * @param sink hears of a file that cannot be used at all as of one fault
   */
  void read(Path folder, String dataset, LandmarkScheme scheme, FaceSink sink) {
    CofwTables opened;
    try {
      opened = open(folder, dataset, scheme);
    } catch (FaultException e) {
      DatasetFaults.report(e, sink);
      return;
    }
    try (CofwTables tables = opened) {
      CofwRows rows;
      try {
        rows = new CofwRows(tables, this, folder.resolve(fileName()), scheme.count());
      } catch (FaultException e) {
        DatasetFaults.report(e, sink);
        return;
      }
      for (int row = 0; row < tables.count(); row++) {
        CofwFace face;
        try {
          face = rows.face(row);
        } catch (FaultException e) {
          DatasetFaults.report(e, sink);
          continue;
        }
        sink.face(face);
      }
    }
  }

  private CofwTables open(Path folder, String dataset, LandmarkScheme scheme) {
    return CofwTables.open(folder.resolve(fileName()), dataset + "/" + fileName(), this, scheme);
  }
}
