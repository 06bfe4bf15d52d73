package dev.facealign.platform.artifact;

import dev.facealign.fault.FaultException;
import java.util.List;
import java.util.Map;

/**
 * Immutable artifacts: sets of files under a key. A key is one or more segments of letters, digits,
 * '.', '_' and '-', not starting with '.', separated by '/'.
 *
 * <p>All methods throw {@link FaultException} INVALID_ARGUMENT for a key or file name of another
 * form, UNAVAILABLE (reason STORE_UNAVAILABLE) when the store cannot be reached, and
 * RESOURCE_EXHAUSTED (reason STORE_FULL) when there is no room. Safe for use by many threads and
 * processes at once.
 */
public interface ArtifactStore {

  /**
   * Publishes an artifact: it is visible whole or not at all. Publishing the same content again
   * changes nothing, also when two do it at once: the first publication stands.
   *
   * @param files content by file name; not empty
   * @return the artifact as it is stored, with the time of its first publication
   * @throws FaultException ALREADY_EXISTS (reason ARTIFACT_DIFFERS): the key holds other content
   */
  StoredArtifact publish(ArtifactKind kind, String key, Map<String, ArtifactSource> files);

  /**
   * Opens an artifact and verifies every file's size and hash.
   *
   * @throws FaultException NOT_FOUND; DATA_LOSS (reason ARTIFACT_DAMAGED) naming the file, the
   *     expected and the actual hash
   */
  StoredArtifact open(ArtifactKind kind, String key);

  /** Whether an artifact was published under this key; its files are not verified. */
  boolean exists(ArtifactKind kind, String key);

  /** Keys that begin with a prefix, sorted. Empty prefix: all. */
  List<String> keys(ArtifactKind kind, String prefix);

  /** Deletes an artifact; it vanishes whole. One that is not there is no error. */
  void delete(ArtifactKind kind, String key);

  /**
   * Checks that the store can be read and written now.
   *
   * @throws FaultException UNAVAILABLE when it cannot
   */
  void requireUsable();
}
