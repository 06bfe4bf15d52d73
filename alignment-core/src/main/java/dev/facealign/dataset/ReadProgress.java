package dev.facealign.dataset;

/** Hears how far reading a dataset has come. May throw to stop it. */
@FunctionalInterface
public interface ReadProgress {
  /** Hears nothing. */
  ReadProgress NONE = (read, total) -> {};

  /**
   * An annotation was read.
   *
   * @param read annotations so far, from 1 on
   * @param total annotations of the split; 0 where only reading tells
   */
  void annotationRead(int read, int total);
}
