package dev.facealign.dataset.table;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Faces as CSV (RFC 4180, UTF-8) with a header. A line is a face: values have no line breaks, so
 * that a stray quotation mark spoils one line and not the rest of the file.
 */
final class CsvFile implements TableFile {
  static final String EXTENSION = ".csv";

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setIgnoreSurroundingSpaces(true).get();

  private final Path path;
  private final String name;
  private final String stem;
  private final String dataset;

  CsvFile(Path path, String name, String dataset) {
    this.path = path;
    this.name = name;
    this.stem = name.substring(0, name.length() - EXTENSION.length());
    this.dataset = dataset;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String stem() {
    return stem;
  }

  @Override
  public void read(LandmarkScheme scheme, @Nullable String split, Visitor visitor)
      throws IOException {
    try (BoundedLines lines = lines()) {
      List<String> names;
      CsvHeader header;
      try {
        names = header(lines);
      } catch (FaultException e) {
        // Without a header no line says anything.
        if (split == null || split.equals(stem)) {
          visitor.fault(e);
        }
        return;
      }
      if (split != null && !split.equals(stem) && !names.contains(CsvHeader.SPLIT)) {
        return;
      }
      try {
        CsvHeader.requirePicture(names, lines.place());
        requireSchemeFile(CsvHeader.points(names), scheme, lines.place());
        header = CsvHeader.of(names, scheme, lines.place());
      } catch (FaultException e) {
        visitor.fault(e);
        return;
      }
      boolean more = true;
      while (more) {
        more = readRow(lines, header, split, visitor);
      }
    }
  }

  /** Reads a line; false after the last. */
  private boolean readRow(
      BoundedLines lines, CsvHeader header, @Nullable String split, Visitor visitor)
      throws IOException {
    TableRow row;
    try {
      String line = lines.next();
      if (line == null) {
        return false;
      }
      if (line.isBlank()) {
        return true;
      }
      List<String> values = values(line, lines.place());
      row = row(values, header, split, new Cells(lines.place()));
    } catch (FaultException e) {
      visitor.fault(e);
      return true;
    }
    if (row != null) {
      visitor.row(row, lines.number());
    }
    return true;
  }

  /** Null where the row is another split's. */
  private @Nullable TableRow row(
      List<String> values, CsvHeader header, @Nullable String split, Cells cells) {
    if (values.size() != header.columns()) {
      throw DatasetFaults.annotation(
          cells.place(),
          values.size() + " values",
          header.columns() + " values as in line 1, decimal points");
    }
    String written = header.split(values);
    String own = written == null ? stem : cells.split(written);
    if (split != null && !split.equals(own)) {
      return null;
    }
    Landmarks points = Landmarks.of(header.points(values, cells));
    return new TableRow(
        header.picture(values),
        own,
        points,
        box(header.box(values), cells),
        flags(header.flags(values), cells));
  }

  private static @Nullable Box box(List<String> written, Cells cells) {
    if (written.isEmpty()) {
      return null;
    }
    double[] xywh = new double[CsvHeader.BOX.size()];
    for (int i = 0; i < xywh.length; i++) {
      xywh[i] = cells.number(CsvHeader.BOX.get(i), written.get(i));
    }
    return cells.box(xywh);
  }

  private static @Nullable BitSet flags(List<String> written, Cells cells) {
    if (written.isEmpty()) {
      return null;
    }
    BitSet flags = new BitSet(written.size());
    for (int m = 0; m < written.size(); m++) {
      String flag = written.get(m);
      if (!flag.equals("0") && !flag.equals("1")) {
        throw cells.fault("occluded" + m, "\"" + flag + "\"", "0 or 1");
      }
      flags.set(m, flag.equals("1"));
    }
    return flags;
  }

  @Override
  public Set<String> splits() throws IOException {
    Set<String> splits = new TreeSet<>();
    try (BoundedLines lines = lines()) {
      int column = header(lines).indexOf(CsvHeader.SPLIT);
      if (column < 0) {
        return Set.of(stem);
      }
      while (true) {
        try {
          String line = lines.next();
          if (line == null) {
            return splits;
          }
          List<String> values = line.isBlank() ? List.of() : values(line, lines.place());
          if (column < values.size()) {
            TableLayout.addSplit(splits, values.get(column).isEmpty() ? stem : values.get(column));
          }
        } catch (FaultException e) {
          // Reading the split will say so.
        }
      }
    } catch (FaultException e) {
      // So will reading what is wrong with the header.
      return Set.of(stem);
    }
  }

  @Override
  public List<String> remarks() throws IOException {
    try (BoundedLines lines = lines()) {
      List<String> unused = CsvHeader.unused(header(lines));
      return unused.isEmpty()
          ? List.of()
          : List.of(dataset + "/" + name + ": columns that are not used: " + unused);
    } catch (FaultException e) {
      return List.of();
    }
  }

  @Override
  public void requireOfFaces() throws IOException {
    try (BoundedLines lines = lines()) {
      CsvHeader.requirePicture(header(lines), lines.place());
    }
  }

  /**
   * Another number of points than everybody's needs a scheme of its own, which is often missing.
   */
  private void requireSchemeFile(long points, LandmarkScheme scheme, String place)
      throws IOException {
    if (points == 0 || points == scheme.count() || !scheme.equals(LandmarkScheme.IBUG_68)) {
      return;
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try (DirectoryStream<Path> own = Files.newDirectoryStream(folder, "scheme-?*.properties")) {
      if (!own.iterator().hasNext()) {
        throw DatasetFaults.annotation(
            place,
            points + " points and no scheme-<id>.properties in the folder",
            "one with count=" + points + " and mirror=..., or " + scheme.count() + " points");
      }
    }
  }

  private BoundedLines lines() throws IOException {
    return new BoundedLines(path, dataset + "/" + name);
  }

  private static List<String> header(BoundedLines lines) throws IOException {
    String line = lines.next();
    if (line == null) {
      throw DatasetFaults.annotation(lines.place(), "an empty file", "a line with column names");
    }
    return values(line, lines.place());
  }

  private static List<String> values(String line, String place) {
    try (CSVParser parser = CSVParser.parse(line, FORMAT)) {
      List<CSVRecord> records = parser.getRecords();
      if (records.size() > 1) {
        throw DatasetFaults.annotation(place, records.size() + " rows in a line", "one");
      }
      return records.isEmpty() ? List.of("") : records.get(0).toList();
    } catch (IOException | UncheckedIOException | IllegalStateException e) {
      // What else can be wrong with one line is a quotation mark that is not closed, or closed
      // amid a value.
      throw DatasetFaults.annotation(
          place, line, "values with commas between them, quotation marks around whole values");
    }
  }
}
