package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import java.util.function.Consumer;

/** Takes what a reader finds, in reading order, on the reader's thread. */
public interface FaceSink {
  /** A face whose annotation is right. */
  void face(FaceSample face);

  /**
   * An annotation that is wrong: INVALID_ARGUMENT, reason {@link DatasetFaults#ANNOTATION_INVALID},
   * its field the place (file and line).
   */
  void fault(FaultException fault);

  /** A sink that throws the first fault. */
  static FaceSink strict(Consumer<? super FaceSample> faces) {
    return new FaceSink() {
      @Override
      public void face(FaceSample face) {
        faces.accept(face);
      }

      @Override
      public void fault(FaultException fault) {
        throw fault;
      }
    };
  }
}
