package dev.facealign.dataset.table;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.FaceSink;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a split, one file after the other, line by line. */
final class TableSplitReader implements SplitReader {
  private final List<TableFile> files;
  private final PicturePaths paths;
  private final String dataset;
  private final String split;
  private final LandmarkScheme scheme;

  TableSplitReader(
      List<TableFile> files,
      PicturePaths paths,
      String dataset,
      String split,
      LandmarkScheme scheme) {
    this.files = files;
    this.paths = paths;
    this.dataset = dataset;
    this.split = split;
    this.scheme = scheme;
  }

  @Override
  public int total() {
    return 0;
  }

  @Override
  public int expectedFaces() {
    return 0;
  }

  @Override
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    for (TableFile file : files) {
      if (!Cells.isSplit(file.stem())) {
        remarks.add(
            dataset
                + "/"
                + file.name()
                + ": rows that name no split are read with all others only (expected: a name such"
                + " as train.csv, "
                + Cells.EXPECTED_SPLIT
                + ")");
      }
      try {
        remarks.addAll(file.remarks());
      } catch (IOException e) {
        throw DatasetFaults.unreadable(dataset + "/" + file.name(), e);
      }
    }
    return remarks;
  }

  @Override
  public void read(FaceSink sink) {
    @Nullable String wanted = split.equals(DatasetLayout.ALL) ? null : split;
    for (TableFile file : files) {
      try {
        file.read(scheme, wanted, new RowsToFaces(file.name(), sink));
      } catch (IOException e) {
        throw DatasetFaults.unreadable(dataset + "/" + file.name(), e);
      }
    }
  }

  private final class RowsToFaces implements TableFile.Visitor {
    private final String file;
    private final FaceSink sink;

    RowsToFaces(String file, FaceSink sink) {
      this.file = file;
      this.sink = sink;
    }

    @Override
    public void row(TableRow row, int line) {
      String place = file + ":" + line;
      String annotation = dataset + "/" + place;
      TableFace face;
      try {
        String picture = paths.normalised(row.picture(), annotation);
        paths.resolve(picture, annotation);
        face = new TableFace(picture + "#" + place, picture, row.split(), annotation, row, paths);
      } catch (FaultException e) {
        DatasetFaults.report(e, sink);
        return;
      }
      sink.face(face);
    }

    @Override
    public void fault(FaultException fault) {
      sink.fault(fault);
    }
  }
}
