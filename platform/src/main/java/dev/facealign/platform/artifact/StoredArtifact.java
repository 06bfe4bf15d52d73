package dev.facealign.platform.artifact;

import dev.facealign.fault.FaultException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * An artifact whose files were verified when it was opened.
 *
 * @param key its key within its kind
 * @param folder where its files are; they must not be changed
 * @param files sorted by name
 * @param publishedAt when it was published first
 */
public record StoredArtifact(String key, Path folder, List<StoredFile> files, Instant publishedAt) {

  public StoredArtifact {
    files = List.copyOf(files);
  }

  /**
   * Path of one of its files.
   *
   * @throws FaultException NOT_FOUND: it has no such file
   */
  public Path file(String name) {
    if (files.stream().noneMatch(file -> file.name().equals(name))) {
      throw FaultException.notFound(
          "artifact file",
          key + "/" + name,
          "one of " + files.stream().map(StoredFile::name).toList());
    }
    return folder.resolve(name);
  }
}
