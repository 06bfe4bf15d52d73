package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import java.util.List;

/** The faces of one split, found but not read yet. Holds no open file between calls. */
public interface SplitReader {
  /** Faces the split has on disk, sound or not; 0 where only reading tells. */
  int total();

  /** Faces of the split when it is complete; 0 where the number is not known. */
  int expectedFaces();

  /** What somebody should know who counts files: those left out on purpose, and why. */
  default List<String> remarks() {
    return List.of();
  }

  /**
   * Reads all annotations in an order that is the same on every machine, and hands each face over
   * before it reads the next one. A wrong annotation goes to {@link FaceSink#fault}, and reading
   * goes on after it where the format allows.
   *
   * @throws FaultException where the sink throws it, or where the files cannot be read at all
   */
  void read(FaceSink sink);
}
