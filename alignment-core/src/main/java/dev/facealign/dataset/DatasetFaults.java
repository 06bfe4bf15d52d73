package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be wrong with a dataset, in the same words for every layout. */
public final class DatasetFaults {
  /** The reason of {@link #annotation}. */
  public static final String ANNOTATION_INVALID = "ANNOTATION_INVALID";

  private static final int MOST_NAMES_SHOWN = 12;

  private DatasetFaults() {}

  /**
   * An annotation that is wrong.
   *
   * @param place file and line or row, such as "300w/afw/100_1.pts:7"; the fault's field
   * @param value the offending value; null where it is missing
   * @param expected what it should have been
   */
  public static FaultException annotation(String place, @Nullable Object value, String expected) {
    return FaultException.invalid(ANNOTATION_INVALID, place, value, expected);
  }

  /**
   * Hands a fault to a sink where it is an annotation's: what is wrong in a file is, that it cannot
   * be read is not.
   *
   * @throws FaultException the fault itself, of any other kind than INVALID_ARGUMENT
   */
  public static void report(FaultException fault, FaceSink sink) {
    if (fault.kind() != FaultKind.INVALID_ARGUMENT) {
      throw fault;
    }
    sink.fault(fault);
  }

  /**
   * A split without faces.
   *
   * @param expected the files that were looked for
   * @param there the splits or folders there are; where there are none, "all" is what is left
   */
  public static FaultException splitEmpty(
      String dataset, String split, String expected, List<String> there) {
    return FaultException.of(
        FaultKind.FAILED_PRECONDITION,
        "SPLIT_EMPTY",
        "dataset "
            + dataset
            + ": split "
            + split
            + " has no faces (expected: "
            + expected
            + "; there are "
            + (there.isEmpty() && !split.equals(DatasetLayout.ALL)
                ? List.of(DatasetLayout.ALL)
                : there)
            + ")");
  }

  /** Names for a person to read: the first ones of many, without control characters. */
  public static String shown(Collection<String> names) {
    String first =
        names.stream()
            .limit(MOST_NAMES_SHOWN)
            .map(name -> name.replaceAll("\\p{Cntrl}", "?"))
            .collect(Collectors.joining(", "));
    return names.size() <= MOST_NAMES_SHOWN ? first : first + ", ...";
  }

  /**
   * Files that cannot be read at all.
   *
   * @param what such as "dataset 300w" or "mine/train.csv"
   */
  public static FaultException unreadable(String what, Throwable cause) {
    return FaultException.of(
        FaultKind.UNAVAILABLE, "DATASET_UNREADABLE", what + " cannot be read", cause);
  }
}
