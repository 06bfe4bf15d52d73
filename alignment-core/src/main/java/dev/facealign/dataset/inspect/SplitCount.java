package dev.facealign.dataset.inspect;

import java.util.OptionalInt;

/**
 * A split and how many faces it has.
 *
 * @param name of the split
 * @param faces annotations on disk; empty where only reading the split would tell
 * @param expected faces of the complete split; 0 where the number is not known
 */
public record SplitCount(String name, OptionalInt faces, int expected) {
  /** Whether it has another number of faces than when it is complete. */
  public boolean differs() {
    return expected > 0 && faces.isPresent() && faces.getAsInt() != expected;
  }
}
