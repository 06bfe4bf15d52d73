package dev.facealign.cli.standalone;

import java.time.Duration;
import java.util.List;

/** Told what happens to the children. Called from several threads, one call at a time. */
interface SupervisorNews {
  /** Children of this stage that are not ready yet; called again and again while waiting. */
  default void waiting(List<String> children, Duration since) {}

  /** A child can be used for the first time. */
  default void ready(String child, Duration after) {}

  /** A child died and will be started again. */
  default void restarting(
      Program program, int exitCode, Duration delay, int restart, int mostRestarts) {}

  /** A child that was started again can be used. */
  default void back(String child, Duration after) {}

  /** A child did not end when asked to and was killed. */
  default void killed(String child, Duration bound) {}
}
