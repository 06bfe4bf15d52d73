package dev.facealign.dataset.catalog;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The datasets of one folder, by name, whatever their layout. A dataset may be a symbolic link.
 * Callers give names, never paths. Thread-safe.
 */
public final class DatasetCatalog {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  private final Path root;

  /**
   * A catalogue of a folder.
   *
   * @param root its sub-folders are the datasets; need not exist yet
   */
  public DatasetCatalog(Path root) {
    this.root = root;
  }

  /** The datasets there are, sorted. */
  public List<String> names() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(name -> NAME.matcher(name).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw DatasetFaults.unreadable(root.toString(), e);
    }
  }

  /**
   * A dataset's folder.
   *
   * @throws FaultException NOT_FOUND for an unknown dataset, naming those there are;
   *     INVALID_ARGUMENT for a name of the wrong form; UNAVAILABLE where there is no folder of
   *     datasets at all
   */
  public DatasetFolder folder(String name) {
    if (!NAME.matcher(name).matches()) {
      throw FaultException.invalid(
          "dataset.name", name, "letters, digits, '.', '_' and '-', not starting with '.'");
    }
    Path folder = root.resolve(name);
    if (!Files.isDirectory(folder)) {
      if (!Files.isDirectory(root)) {
        // A disk that is not there, rather than a name that is wrong.
        throw FaultException.of(
            FaultKind.UNAVAILABLE,
            "DATASETS_UNAVAILABLE",
            "datasets: " + root + " (expected: a folder)");
      }
      throw FaultException.notFound("dataset", name, "one of " + names());
    }
    return new DatasetFolder(folder, name);
  }

  /**
   * Finds a split. No annotation is read yet, but its landmark scheme is.
   *
   * @throws FaultException NOT_FOUND for an unknown dataset, naming those there are;
   *     INVALID_ARGUMENT for a name, split or scheme of the wrong form; FAILED_PRECONDITION for a
   *     split without faces (SPLIT_EMPTY), naming those there are, and for files of no known layout
   *     or of several (DATASET_UNRECOGNISED, DATASET_AMBIGUOUS), naming what was found
   */
  public DatasetSplit find(DatasetSelection selection) {
    DatasetFolder folder = folder(selection.name());
    DatasetFormat format = selection.format().orElseGet(folder::recognise);
    LandmarkScheme scheme = folder.scheme(selection.schemeId(), Optional.of(format));
    return folder.find(selection.split(), scheme, Optional.of(format));
  }

  /**
   * The faces of a split, whatever its layout; see {@link #open(DatasetSelection, ReadProgress)}.
   */
  public FaceDataset open(String name, String split, String schemeId) {
    return open(name, split, schemeId, ReadProgress.NONE);
  }

  /**
   * The faces of a split, whatever its layout; see {@link #open(DatasetSelection, ReadProgress)}.
   */
  public FaceDataset open(String name, String split, String schemeId, ReadProgress progress) {
    return open(new DatasetSelection(name, split, schemeId, Optional.empty()), progress);
  }

  /**
   * The faces of a split. All annotations are read and checked now, pictures when they are asked
   * for.
   *
   * @param progress hears of every annotation read
   * @throws FaultException as {@link #find} says, and INVALID_ARGUMENT for a wrong annotation,
   *     naming file, line, value and expectation
   */
  public FaceDataset open(DatasetSelection selection, ReadProgress progress) {
    return find(selection).open(progress);
  }

  /**
   * Hands over the faces of a split one after the other and holds none of them, so that memory does
   * not depend on their number; otherwise as {@link #open(DatasetSelection, ReadProgress)}.
   */
  public DatasetSummary read(
      DatasetSelection selection, Consumer<? super FaceSample> faces, ReadProgress progress) {
    return find(selection).read(faces, progress);
  }
}
