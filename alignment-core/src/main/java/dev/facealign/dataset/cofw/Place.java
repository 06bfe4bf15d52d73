package dev.facealign.dataset.cofw;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is being read and where it stands, for faults.
 *
 * @param what the numbers of a file, or one of its pictures
 * @param name such as "cofw/COFW_train_color.mat: IsTr row 12"
 */
record Place(What what, String name) {
  private static final String WHOLE = "whole, as MATLAB 7.3 writes it";

  enum What {
    ANNOTATION,
    PICTURE
  }

  static Place annotation(String name) {
    return new Place(What.ANNOTATION, name);
  }

  static Place picture(String name) {
    return new Place(What.PICTURE, name);
  }

  /** A place within this one, such as a variable of a file. */
  Place at(String more) {
    return new Place(what, name + ": " + more);
  }

  FaultException fault(@Nullable Object value, String expected) {
    return what == What.PICTURE
        ? FaultException.invalid("IMAGE_UNREADABLE", name, value, expected)
        : DatasetFaults.annotation(name, value, expected);
  }

  FaultException unreadable(Exception cause) {
    return what == What.PICTURE
        ? FaultException.of(
            FaultKind.DATA_LOSS,
            "PICTURE_UNREADABLE",
            "picture: " + name + " cannot be read",
            cause)
        : DatasetFaults.unreadable(name, cause);
  }

  /**
   * Runs jHDF. It meets damaged files with index, arithmetic, argument and buffer exceptions beside
   * its own; all of them become this place's fault.
   */
  <T> T decode(Supplier<T> decoding) {
    try {
      return decoding.get();
    } catch (FaultException e) {
      throw e;
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UncheckedIOException io) {
          throw unreadable(io);
        }
      }
      throw fault("damaged (" + e.getMessage() + ")", WHOLE);
    }
  }
}
