package dev.facealign.dataset.table;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The open format, for people's own data with any number of points: {@code <split>.csv} or {@code
 * <split>.jsonl} in the dataset's top folder, a line a face; several faces of a picture are several
 * lines. Coordinates are pixels, the centre of the first pixel at (0, 0). Files are UTF-8.
 *
 * <p>CSV has a header; its columns may be in any order: {@code picture} (path relative to the
 * dataset's folder), {@code x0,y0,x1,y1,...}, and optionally {@code split} (instead of the file's
 * name), {@code box_x,box_y,box_width,box_height} and {@code occluded0,occluded1,...} (0 or 1).
 * JSON lines have {@code {"picture": "a.jpg", "split": "train", "box": [x, y, width, height],
 * "points": [[x, y], ...], "occluded": [0, 1, ...]}}, of which {@code split}, {@code box} and
 * {@code occluded} may be missing or null.
 */
public final class TableLayout implements DatasetLayout {
  private static final int MOST_SPLITS = 1000;

  @Override
  public DatasetFormat format() {
    return DatasetFormat.TABLE;
  }

  @Override
  public Optional<String> evidence(Path folder) {
    for (TableFile file : files(folder, "")) {
      try {
        file.requireOfFaces();
        return Optional.of(file.name());
      } catch (FaultException e) {
        // nearMiss() says it where no other file is evidence.
      } catch (IOException e) {
        throw DatasetFaults.unreadable(file.name(), e);
      }
    }
    return Optional.empty();
  }

  /** The first table's, in its reader's words. */
  @Override
  public Optional<String> nearMiss(Path folder, String name) {
    for (TableFile file : files(folder, name)) {
      try {
        file.requireOfFaces();
      } catch (FaultException e) {
        return Optional.ofNullable(e.getMessage());
      } catch (IOException e) {
        throw DatasetFaults.unreadable(name + "/" + file.name(), e);
      }
    }
    return Optional.empty();
  }

  @Override
  public List<String> splits(Path folder) {
    Set<String> splits = new TreeSet<>();
    for (TableFile file : files(folder, "")) {
      try {
        file.splits().forEach(split -> addSplit(splits, split));
      } catch (IOException e) {
        throw DatasetFaults.unreadable(file.name(), e);
      }
    }
    return List.copyOf(splits);
  }

  /** Adds what can be a split's name; of more than {@value #MOST_SPLITS} the first ones. */
  static void addSplit(Set<String> splits, String split) {
    if (Cells.isSplit(split) && splits.size() < MOST_SPLITS) {
      splits.add(split);
    }
  }

  @Override
  public String defaultScheme() {
    return LandmarkScheme.IBUG_68.id();
  }

  @Override
  public SplitReader open(Path folder, String name, String split, LandmarkScheme scheme) {
    if (!split.equals(ALL) && !Cells.isSplit(split)) {
      throw FaultException.invalid(
          "dataset.split", split, "letters, digits, '.', '_' and '-', not starting with '.'");
    }
    List<TableFile> files = files(folder, name);
    if (files.isEmpty() || !mayHold(folder, files, split)) {
      throw DatasetFaults.splitEmpty(
          name, split, split + ".csv, " + split + ".jsonl or a column split", splits(folder));
    }
    return new TableSplitReader(files, new PicturePaths(folder), name, split, scheme);
  }

  /** Looks into rows only where no file has the split's name. */
  private boolean mayHold(Path folder, List<TableFile> files, String split) {
    return split.equals(ALL)
        || files.stream().anyMatch(file -> file.stem().equals(split))
        || splits(folder).contains(split);
  }

  /** The tables in the order of their names. */
  private static List<TableFile> files(Path folder, String dataset) {
    List<TableFile> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        String lower = name.toLowerCase(Locale.ROOT);
        if (name.startsWith(".")) {
          continue;
        }
        if (lower.endsWith(CsvFile.EXTENSION)) {
          files.add(new CsvFile(entry, name, dataset));
        } else if (lower.endsWith(JsonLinesFile.EXTENSION)) {
          files.add(new JsonLinesFile(entry, name, dataset));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw DatasetFaults.unreadable("dataset " + dataset, e);
    }
    files.sort(Comparator.comparing(TableFile::name));
    return files;
  }
}
