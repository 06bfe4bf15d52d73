package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import java.util.ArrayList;
import java.util.List;

/** All that a reader finds. */
public final class CollectedFaces implements FaceSink {
  private final List<FaceSample> faces = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  /** What the reader finds. */
  public static CollectedFaces of(SplitReader reader) {
    CollectedFaces collected = new CollectedFaces();
    reader.read(collected);
    return collected;
  }

  @Override
  public void face(FaceSample face) {
    faces.add(face);
  }

  @Override
  public void fault(FaultException fault) {
    faults.add(fault.getMessage());
  }

  /** Faces whose annotations are right, in their order. */
  public List<FaceSample> faces() {
    return faces;
  }

  /** The messages of the faults, in their order. */
  public List<String> faults() {
    return faults;
  }
}
