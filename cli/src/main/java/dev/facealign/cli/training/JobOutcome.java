package dev.facealign.cli.training;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.Figures;
import dev.facealign.v1.TrainingEvent;
import java.util.Optional;

/** How a job ended. */
public sealed interface JobOutcome {
  /**
   * The model is published.
   *
   * @param validationNme on the held-out faces by the scheme's normaliser, fraction
   */
  record Succeeded(String modelVersion, double validationNme) implements JobOutcome {
    /** The line that ends a command which waited for the model. */
    String line() {
      return "model " + modelVersion + "  held-out NME " + Figures.percent(validationNme, 2);
    }
  }

  /**
   * There is no model.
   *
   * @param how "failed", "was cancelled", "was refused"
   */
  record Ended(String how, String reason) implements JobOutcome {}

  /** What an event says about the job's end; empty for events that do not end it. */
  static Optional<JobOutcome> of(TrainingEvent event) {
    return switch (event.getEventCase()) {
      case SUCCEEDED ->
          Optional.of(
              new Succeeded(
                  event.getSucceeded().getModelVersion(), event.getSucceeded().getValidationNme()));
      case FAILED -> Optional.of(new Ended("failed", event.getFailed().getMessage()));
      case CANCELLED -> Optional.of(new Ended("was cancelled", event.getCancelled().getReason()));
      case DEAD_LETTERED ->
          Optional.of(new Ended("was refused", event.getDeadLettered().getReason()));
      default -> Optional.empty();
    };
  }

  /**
   * The published model.
   *
   * @throws CommandFailure when there is none
   */
  static Succeeded requireModel(String jobId, JobOutcome outcome) {
    if (outcome instanceof Succeeded succeeded) {
      return succeeded;
    }
    Ended ended = (Ended) outcome;
    throw new CommandFailure(
        "job "
            + jobId
            + " "
            + ended.how()
            + (ended.reason().isEmpty() ? "" : ": " + ended.reason()));
  }
}
