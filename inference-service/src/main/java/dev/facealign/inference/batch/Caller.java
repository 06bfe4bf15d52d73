package dev.facealign.inference.batch;

/** Who waits for a result. */
@FunctionalInterface
public interface Caller {
  /** A caller that waits for ever. */
  Caller PATIENT = () -> false;

  /**
   * Whether nobody waits any more: the call was cancelled or its deadline has passed. Once true,
   * always true. Asked by other threads.
   */
  boolean isGone();
}
