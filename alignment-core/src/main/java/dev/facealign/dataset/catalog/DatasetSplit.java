package dev.facealign.dataset.catalog;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.FaceSink;
import dev.facealign.dataset.Fingerprint;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A split that was found and can be read, as often as one likes. What is said of it here is known
 * before any annotation is read.
 */
public final class DatasetSplit {
  private final Path folder;
  private final String name;
  private final String split;
  private final DatasetFormat format;
  private final LandmarkScheme scheme;
  private final SplitReader reader;

  DatasetSplit(
      Path folder,
      String name,
      String split,
      DatasetFormat format,
      LandmarkScheme scheme,
      SplitReader reader) {
    this.folder = folder;
    this.name = name;
    this.split = split;
    this.format = format;
    this.scheme = scheme;
    this.reader = reader;
  }

  /** Of the dataset. */
  public String name() {
    return name;
  }

  /** "train", "test", ..., or a folder. */
  public String split() {
    return split;
  }

  /** How the files are laid out. */
  public DatasetFormat format() {
    return format;
  }

  /** Of every face. */
  public LandmarkScheme scheme() {
    return scheme;
  }

  /** The reader, for those who collect faults instead of stopping at the first one. */
  public SplitReader reader() {
    return reader;
  }

  /**
   * Hands over face after face, in the same order on every machine, and holds none of them.
   *
   * @param faces may throw to stop
   * @param progress hears of every annotation read; may throw to stop
   * @throws FaultException the first wrong annotation: INVALID_ARGUMENT (ANNOTATION_INVALID) naming
   *     place, value and expectation; FAILED_PRECONDITION (SPLIT_EMPTY) where there was no face
   */
  public DatasetSummary read(Consumer<? super FaceSample> faces, ReadProgress progress) {
    Fingerprint fingerprint = new Fingerprint();
    int total = reader.total();
    reader.read(
        FaceSink.strict(
            face -> {
              fingerprint.add(face);
              faces.accept(face);
              progress.annotationRead(fingerprint.faces(), total);
            }));
    requireFaces(fingerprint.faces());
    return new DatasetSummary(
        name,
        split,
        format,
        scheme,
        fingerprint.faces(),
        reader.expectedFaces(),
        fingerprint.sha256());
  }

  /** All faces at once; otherwise as {@link #read}. */
  public FaceDataset open(ReadProgress progress) {
    List<FaceSample> faces = new ArrayList<>();
    int total = reader.total();
    reader.read(
        FaceSink.strict(
            face -> {
              faces.add(face);
              progress.annotationRead(faces.size(), total);
            }));
    requireFaces(faces.size());
    return new FaceDataset(name, split, format, scheme, faces, reader.expectedFaces());
  }

  private void requireFaces(int faces) {
    if (faces == 0) {
      throw DatasetFaults.splitEmpty(
          name, split, "annotations in its files", Layouts.of(format).splits(folder));
    }
  }
}
