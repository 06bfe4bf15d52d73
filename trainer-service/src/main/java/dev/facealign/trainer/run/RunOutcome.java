package dev.facealign.trainer.run;

/** How a run ended. */
public sealed interface RunOutcome {

  /** All epochs are done. */
  record Completed(TrainedModel model) implements RunOutcome {}

  /**
   * It was told to stop, and gave a checkpoint away unless it had not begun.
   *
   * @param epoch epochs done
   */
  record Stopped(int epoch) implements RunOutcome {}

  /**
   * The loss or its gradient was NaN or infinite, or the loss exploded. Trying again changes
   * nothing.
   *
   * @param reason the value and what was expected
   * @param epoch the epoch in which it happened, from 1
   */
  record Diverged(String reason, int epoch) implements RunOutcome {}
}
