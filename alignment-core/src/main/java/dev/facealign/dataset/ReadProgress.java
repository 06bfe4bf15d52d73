package dev.facealign.dataset;

/** Hears how far reading a dataset has come. May throw to stop it. */
@FunctionalInterface
public interface ReadProgress {
  /** Hears nothing. */
  ReadProgress NONE = (read, total) -> {};

  /**
   * An annotation was read.
   *
   * @param read annotations so far, 1 to total
   * @param total annotations of the split
   */
  void annotationRead(int read, int total);
}
