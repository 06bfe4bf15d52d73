package dev.facealign.dataset.catalog;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One dataset's folder: how it is laid out, and which landmark schemes it brings. */
public final class DatasetFolder {
  private static final int MOST_NAMES_SHOWN = 12;

  private final Path folder;
  private final String name;

  /**
   * A folder that may hold a dataset.
   *
   * @param folder must exist
   * @param name of the dataset, for messages
   */
  public DatasetFolder(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /** Where it lies. */
  public Path path() {
    return folder;
  }

  /** Of the dataset. */
  public String name() {
    return name;
  }

  /**
   * The one layout that its files show.
   *
   * @throws FaultException FAILED_PRECONDITION: DATASET_UNRECOGNISED where they show none,
   *     DATASET_AMBIGUOUS where they show several; names what was found
   */
  public DatasetFormat recognise() {
    Map<DatasetFormat, String> evidence = new LinkedHashMap<>();
    for (DatasetLayout layout : Layouts.ALL) {
      layout.evidence(folder).ifPresent(file -> evidence.put(layout.format(), file));
    }
    if (evidence.isEmpty()) {
      Optional<String> nearMiss =
          Layouts.ALL.stream()
              .flatMap(layout -> layout.nearMiss(folder, name).stream())
              .findFirst();
      if (nearMiss.isPresent()) {
        throw FaultException.of(
            FaultKind.FAILED_PRECONDITION,
            "DATASET_UNRECOGNISED",
            "dataset " + name + ": of no known layout; as a table: " + nearMiss.get());
      }
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "DATASET_UNRECOGNISED",
          "dataset "
              + name
              + ": of no known layout (expected: pictures beside .pts files; COFW_train_color.mat"
              + " or COFW_test_color.mat; images/ beside annotations/ with .npy files; or"
              + " <split>.csv or <split>.jsonl; found: "
              + contents()
              + ")");
    }
    if (evidence.size() > 1) {
      List<String> found =
          evidence.entrySet().stream().map(e -> e.getKey().word() + " by " + e.getValue()).toList();
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "DATASET_AMBIGUOUS",
          "dataset "
              + name
              + ": files of several layouts (expected: one, or that the format is named; found: "
              + String.join(", ", found)
              + ")");
    }
    return evidence.keySet().iterator().next();
  }

  /** The layout named, or else the one that its files show: {@link #recognise}. */
  DatasetLayout layout(Optional<DatasetFormat> format) {
    return Layouts.of(format.orElseGet(this::recognise));
  }

  /** The splits that it has faces of, without "all". */
  public List<String> splits(Optional<DatasetFormat> format) {
    return layout(format).splits(folder);
  }

  /**
   * The landmark scheme of its annotations.
   *
   * @param schemeId one that the dataset brings or that comes with the library; empty: the one the
   *     dataset brings, or else its layout's
   * @throws FaultException INVALID_ARGUMENT for an unknown one, naming those there are, where the
   *     dataset brings several and none is named, and for a scheme file that is wrong
   */
  public LandmarkScheme scheme(String schemeId, Optional<DatasetFormat> format) {
    return new SchemeLookup(folder, name).find(schemeId, () -> layout(format).defaultScheme());
  }

  /**
   * Finds a split. No annotation is read yet.
   *
   * @throws FaultException as {@link #recognise} and {@link DatasetLayout#open} say
   */
  public DatasetSplit find(String split, LandmarkScheme scheme, Optional<DatasetFormat> format) {
    DatasetLayout layout = layout(format);
    SplitReader reader = layout.open(folder, name, split, scheme);
    return new DatasetSplit(folder, name, split, layout.format(), scheme, reader);
  }

  private String contents() {
    try (Stream<Path> entries = Files.list(folder)) {
      List<String> names =
          entries
              .map(
                  entry ->
                      String.valueOf(entry.getFileName()) + (Files.isDirectory(entry) ? "/" : ""))
              .sorted()
              .limit(MOST_NAMES_SHOWN + 1L)
              .toList();
      if (names.isEmpty()) {
        return "nothing";
      }
      return names.size() <= MOST_NAMES_SHOWN
          ? String.join(", ", names)
          : String.join(", ", names.subList(0, MOST_NAMES_SHOWN)) + ", ...";
    } catch (IOException e) {
      throw DatasetFaults.unreadable("dataset " + name, e);
    }
  }
}
