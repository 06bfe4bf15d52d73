package dev.facealign.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether a folder can be written, and whether there is room in it. */
final class FolderCheck implements Check {
  private static final byte[] TRIAL = new byte[64 * 1024];

  private final String name;
  private final Path folder;
  private final long needed;
  private final String remedy;

  /**
   * @param folder may be missing: it is then made when it is needed
   * @param needed bytes without which it cannot be used
   * @param remedy how to choose another folder
   */
  FolderCheck(String name, Path folder, long needed, String remedy) {
    this.name = name;
    this.folder = folder;
    this.needed = needed;
    this.remedy = remedy;
  }

  @Override
  public Finding look() {
    Path there = nearest(folder);
    String where = folder + (folder.equals(there) ? "" : " (not there yet)");
    if (there == null || !Files.isDirectory(there)) {
      return Finding.problem(name, where + ": " + there + " is no folder", remedy);
    }
    try {
      write(there);
      long free = Files.getFileStore(there).getUsableSpace();
      String found = where + ", " + ByteSize.words(free) + " free";
      if (free < needed) {
        return Finding.problem(
            name, found, "make room, " + ByteSize.words(needed) + " are needed; or " + remedy);
      }
      return Finding.ok(name, found);
    } catch (IOException e) {
      return Finding.problem(name, where + ": cannot be written: " + e, remedy);
    }
  }

  /** The folder itself, or what of the way to it is there. */
  private static @Nullable Path nearest(Path folder) {
    Path path = folder;
    while (path != null && !Files.exists(path)) {
      path = path.getParent();
    }
    return path;
  }

  /** Rights say little: root has them all, and a full or read-only disk refuses all the same. */
  private static void write(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, ".facealign-doctor", "");
    try {
      Files.write(file, TRIAL);
    } finally {
      Files.delete(file);
    }
  }
}
