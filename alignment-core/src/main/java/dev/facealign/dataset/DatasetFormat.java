package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import java.util.Arrays;

/** How annotated faces lie on disk. */
public enum DatasetFormat {
  /** 300W: pictures beside 1-based .pts files, in nested folders. */
  W300("300w"),
  /** COFW: two .mat files (MATLAB 7.3) that hold pictures, points, boxes and occlusion flags. */
  COFW("cofw"),
  /** The published code's crops: images/NAME.jpg beside annotations/NAME.npy. */
  CROPS("crops"),
  /** The open format: CSV or JSON lines, a face a line. */
  TABLE("table");

  private final String word;

  DatasetFormat(String word) {
    this.word = word;
  }

  /** "300w", "cofw", "crops" or "table". */
  public String word() {
    return word;
  }

  /**
   * The format of this word.
   *
   * @throws FaultException INVALID_ARGUMENT for any other
   */
  public static DatasetFormat of(String word) {
    return Arrays.stream(values())
        .filter(format -> format.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                FaultException.invalid(
                    "dataset.format",
                    word,
                    "one of " + Arrays.stream(values()).map(DatasetFormat::word).toList()));
  }
}
