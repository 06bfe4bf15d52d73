package dev.facealign.evaluation.run;

import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetSplit;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The faces of a split, gone through as often as one likes, always in the same order. Few are kept
 * in memory; many are read anew each time, so that memory does not depend on their number.
 */
final class FaceSource {

  private static final int MOST_KEPT = 5_000;

  /** Sees the faces one by one. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A face.
     *
     * @param index from 0
     */
    void face(int index, FaceSample face) throws InterruptedException;
  }

  private final DatasetSplit split;
  private final DatasetSummary summary;
  private final First first;

  private FaceSource(DatasetSplit split, DatasetSummary summary, First first) {
    this.split = split;
    this.summary = summary;
    this.first = first;
  }

  /**
   * Reads and checks all annotations.
   *
   * @throws FaultException as {@link DatasetSplit#read} says
   */
  static FaceSource read(DatasetSplit split, ReadProgress progress) {
    First first = new First();
    DatasetSummary summary = split.read(first, progress);
    return new FaceSource(split, summary, first);
  }

  /** What there is. */
  DatasetSummary summary() {
    return summary;
  }

  /** Whether any face has a picture. */
  boolean hasPictures() {
    return first.pictures;
  }

  /** Whether any face has a box in its annotation. */
  boolean hasBoxes() {
    return first.boxes;
  }

  /**
   * Shows all faces.
   *
   * @throws FaultException FAILED_PRECONDITION (DATASET_CHANGED): they are no longer the ones that
   *     were read first
   */
  void forEach(Visitor visitor) throws InterruptedException {
    Counted counted = new Counted(visitor);
    try {
      if (first.kept.size() == summary.faces()) {
        first.kept.forEach(counted);
      } else if (!split.read(counted, ReadProgress.NONE).sha256().equals(summary.sha256())) {
        throw changed();
      }
    } catch (Interruption e) {
      InterruptedException interrupted = new InterruptedException("while faces were read");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /** The refusal of a dataset that has other faces than it had. */
  FaultException changed() {
    return FaultException.of(
        FaultKind.FAILED_PRECONDITION,
        "DATASET_CHANGED",
        "dataset "
            + summary.name()
            + ": the faces of "
            + summary.split()
            + " have changed since the evaluation began (expected: the same; evaluate anew)");
  }

  /** The first look. */
  private static final class First implements Consumer<FaceSample> {
    private final List<FaceSample> kept = new ArrayList<>();
    private int faces;
    private boolean pictures;
    private boolean boxes;

    @Override
    public void accept(FaceSample face) {
      faces++;
      pictures = pictures || face.hasPicture();
      boxes = boxes || face.box().isPresent();
      if (faces <= MOST_KEPT) {
        kept.add(face);
      } else {
        kept.clear();
      }
    }
  }

  /** Counts, and lets the reader's callback be interrupted. */
  private final class Counted implements Consumer<FaceSample> {
    private final Visitor visitor;
    private int next;

    Counted(Visitor visitor) {
      this.visitor = visitor;
    }

    @Override
    public void accept(FaceSample face) {
      if (next == summary.faces()) {
        throw changed();
      }
      try {
        visitor.face(next++, face);
      } catch (InterruptedException e) {
        throw new Interruption(e);
      }
    }
  }

  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;

    Interruption(InterruptedException cause) {
      super(cause);
    }
  }
}
