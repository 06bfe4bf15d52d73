package dev.facealign.dataset.inspect;

/**
 * A split and how many faces it has.
 *
 * @param name of the split
 * @param faces annotations on disk
 * @param expected faces of the complete split; 0 where the number is not known
 */
public record SplitCount(String name, int faces, int expected) {
  /** Whether it has another number of faces than when it is complete. */
  public boolean differs() {
    return expected > 0 && faces != expected;
  }
}
