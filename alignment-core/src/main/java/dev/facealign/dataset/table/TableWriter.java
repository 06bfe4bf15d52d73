package dev.facealign.dataset.table;

import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Writes faces as CSV of the open format. Coordinates are written so that reading gives the same
 * numbers.
 */
public final class TableWriter implements AutoCloseable {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

  private final LandmarkScheme scheme;
  private final boolean boxes;
  private final boolean flags;
  private final CSVPrinter printer;

  /**
   * Begins a file; what is there is overwritten.
   *
   * @param file such as {@code mine/train.csv}
   * @param boxes whether faces have boxes
   * @param flags whether faces have occlusion flags
   */
  public TableWriter(Path file, LandmarkScheme scheme, boolean boxes, boolean flags)
      throws IOException {
    this.scheme = scheme;
    this.boxes = boxes;
    this.flags = flags;
    BufferedWriter out = Files.newBufferedWriter(file);
    this.printer = new CSVPrinter(out, FORMAT);
    List<String> names = new ArrayList<>();
    names.add(CsvHeader.PICTURE);
    if (boxes) {
      names.addAll(CsvHeader.BOX);
    }
    for (int m = 0; m < scheme.count(); m++) {
      names.add("x" + m);
      names.add("y" + m);
    }
    for (int m = 0; flags && m < scheme.count(); m++) {
      names.add("occluded" + m);
    }
    printer.printRecord(names);
  }

  /** A face without box and flags. */
  public void write(String picture, Landmarks landmarks) throws IOException {
    write(picture, landmarks, Optional.empty(), new BitSet());
  }

  /**
   * A face.
   *
   * @param picture relative to the dataset's folder
   * @param box left out of files without boxes
   * @param occluded left out of files without flags
   * @throws FaultException INVALID_ARGUMENT for another number of points than the scheme's
   */
  public void write(String picture, Landmarks landmarks, Optional<Box> box, BitSet occluded)
      throws IOException {
    scheme.requireCount(landmarks.count());
    List<Object> values = new ArrayList<>();
    values.add(picture);
    if (boxes) {
      values.addAll(
          box.<List<?>>map(b -> List.of(b.x(), b.y(), b.width(), b.height()))
              .orElse(List.of("", "", "", "")));
    }
    for (double value : landmarks.toArray()) {
      values.add(value);
    }
    for (int m = 0; flags && m < scheme.count(); m++) {
      values.add(occluded.get(m) ? 1 : 0);
    }
    printer.printRecord(values);
  }

  @Override
  public void close() throws IOException {
    printer.close(true);
  }
}
