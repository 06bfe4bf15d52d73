package dev.facealign.dataset.inspect;

import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetFolder;
import dev.facealign.dataset.catalog.DatasetSplit;
import dev.facealign.fault.FaultException;
import dev.facealign.image.ImageDecoder;
import dev.facealign.landmark.LandmarkScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads a whole dataset, pictures and all, and collects what it holds and what is wrong with it,
 * instead of stopping at the first fault. Memory does not depend on the number of faces, but for
 * the hashes by which it finds what is there twice.
 */
public final class DatasetInspector {
  /** Findings of one kind that are kept; all are counted. */
  public static final int MOST_OF_A_KIND = 1000;

  private final ImageDecoder decoder;
  private final int threads;
  private final int specimens;

  /**
   * An inspector.
   *
   * @param threads that decode pictures, at least 1
   * @param specimens faces to choose for looking at, 0 or more
   */
  public DatasetInspector(ImageDecoder decoder, int threads, int specimens) {
    if (threads < 1) {
      throw FaultException.invalid("threads", threads, ">= 1");
    }
    if (specimens < 0) {
      throw FaultException.invalid("specimens", specimens, ">= 0");
    }
    this.decoder = decoder;
    this.threads = threads;
    this.specimens = specimens;
  }

  /**
   * Inspects a split.
   *
   * @param split such as "all"
   * @param progress hears of every face looked at; may throw to stop
   * @throws FaultException where the folder cannot be read as a dataset at all
   * @throws InterruptedException the thread was interrupted
   */
  public DatasetInspection inspect(
      DatasetFolder folder,
      String split,
      LandmarkScheme scheme,
      Optional<DatasetFormat> format,
      ReadProgress progress)
      throws InterruptedException {
    DatasetSplit found = folder.find(split, scheme, format);
    List<SplitCount> splits = new ArrayList<>();
    for (String name : folder.splits(Optional.of(found.format()))) {
      splits.add(count(folder, name, found));
    }
    try (Inspection inspection =
        new Inspection(found, splits, decoder, threads, specimens, total(found), progress)) {
      return inspection.run();
    }
  }

  /** What is wrong with one split says nothing of the others: its number of faces is not known. */
  private static SplitCount count(DatasetFolder folder, String name, DatasetSplit found) {
    try {
      DatasetSplit each = folder.find(name, found.scheme(), Optional.of(found.format()));
      int total = total(each);
      return new SplitCount(
          name,
          total == 0 ? OptionalInt.empty() : OptionalInt.of(total),
          each.reader().expectedFaces());
    } catch (FaultException e) {
      return new SplitCount(name, OptionalInt.empty(), 0);
    }
  }

  /** What is wrong with a file that cannot even be counted, reading it will say. */
  private static int total(DatasetSplit split) {
    try {
      return split.reader().total();
    } catch (FaultException e) {
      return 0;
    }
  }
}
