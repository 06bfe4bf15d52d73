package dev.facealign.dataset.cofw;

import dev.facealign.dataset.FaceSink;
import dev.facealign.dataset.SplitReader;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;
import java.util.List;

/** Reads the faces of one file, or of both. */
final class CofwSplitReader implements SplitReader {
  private final Path folder;
  private final String dataset;
  private final LandmarkScheme scheme;
  private final List<CofwFile> wanted;
  private final List<CofwFile> files;

  /**
   * A reader.
   *
   * @param wanted files of the split
   * @param files those that are there
   */
  CofwSplitReader(
      Path folder,
      String dataset,
      LandmarkScheme scheme,
      List<CofwFile> wanted,
      List<CofwFile> files) {
    this.folder = folder;
    this.dataset = dataset;
    this.scheme = scheme;
    this.wanted = wanted;
    this.files = files;
  }

  @Override
  public int total() {
    return files.stream().mapToInt(file -> file.count(folder, dataset, scheme)).sum();
  }

  @Override
  public int expectedFaces() {
    return wanted.stream().mapToInt(CofwFile::completeCount).sum();
  }

  @Override
  public void read(FaceSink sink) {
    files.forEach(file -> file.read(folder, dataset, scheme, sink));
  }
}
