package dev.facealign.platform.artifact;

import java.nio.file.Path;

/** Where the content of an artifact's file comes from. */
public sealed interface ArtifactSource {

  /** Content in memory. The array is not copied. */
  @SuppressWarnings("ArrayRecordComponent") // sources are read once and never compared
  record Bytes(byte[] content) implements ArtifactSource {}

  /** Content of a file, which is copied. */
  record FileSource(Path path) implements ArtifactSource {}

  /** Content in memory. */
  static ArtifactSource bytes(byte[] content) {
    return new Bytes(content);
  }

  /** Content of a file. */
  static ArtifactSource file(Path path) {
    return new FileSource(path);
  }
}
