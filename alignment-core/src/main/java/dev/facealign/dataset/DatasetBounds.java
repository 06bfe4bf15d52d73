package dev.facealign.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a dataset ends. It may come from anywhere: no symbolic link in it leads out of its folder.
 * The folder itself may be a link.
 */
public final class DatasetBounds {
  private final Path real;

  /**
   * The bounds of a dataset.
   *
   * @param folder of the dataset
   * @throws dev.facealign.fault.FaultException UNAVAILABLE without the folder
   */
  public DatasetBounds(Path folder) {
    try {
      this.real = folder.toRealPath();
    } catch (IOException e) {
      throw DatasetFaults.unreadable("dataset " + folder.getFileName(), e);
    }
  }

  /**
   * Refuses a face whose files lie elsewhere.
   *
   * @param annotation for messages
   * @throws dev.facealign.fault.FaultException INVALID_ARGUMENT naming the annotation
   */
  public void require(String annotation, Path points, @Nullable Path picture) {
    for (Path file : picture == null ? List.of(points) : List.of(points, picture)) {
      if (exclude(file)) {
        throw DatasetFaults.annotation(
            annotation, file.getFileName() + " by a symbolic link", "a file within the dataset");
      }
    }
  }

  /** Whether a file or folder lies elsewhere; false for one that is not there. */
  public boolean exclude(Path entry) {
    if (!Files.exists(entry)) {
      return false;
    }
    try {
      return !entry.toRealPath().startsWith(real);
    } catch (IOException e) {
      // It has just gone.
      return false;
    }
  }
}
