package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.trainer.run.Checkpoint;
import dev.facealign.trainer.run.TrainingPlan;
import java.util.Optional;

/**
 * Jobs that begin where another one stopped.
 *
 * <p>A job that names one to continue begins with its newest whole checkpoint; at the start where
 * there is none; and is refused where the checkpoint is of other settings or other data, since its
 * sender expects work to be kept that would be lost.
 */
public final class ContinuedJobs {
  /** Reason of the fault for a job that names one with a checkpoint of other settings. */
  public static final String MISFIT = "CONTINUE_JOB_MISFIT";

  private final CheckpointArchive checkpoints;

  ContinuedJobs(CheckpointArchive checkpoints) {
    this.checkpoints = checkpoints;
  }

  /**
   * Whether a job left a checkpoint that a run can begin with.
   *
   * @throws FaultException UNAVAILABLE: the artifact store is away
   */
  public boolean canContinue(TrainingPlan plan, String jobId) {
    return checkpoints.newest(jobId).map(checkpoint -> fits(checkpoint, plan)).orElse(false);
  }

  private static boolean fits(Checkpoint checkpoint, TrainingPlan plan) {
    try {
      checkpoint.requireFitting(plan);
      return true;
    } catch (FaultException e) {
      return false;
    }
  }

  /**
   * The checkpoint that a job without one of its own begins with; empty for the start.
   *
   * @throws FaultException INVALID_ARGUMENT, reason {@value #MISFIT}, naming the first setting that
   *     differs; UNAVAILABLE: the artifact store is away
   */
  public Optional<Checkpoint> beginning(TrainingPlan plan) {
    String other = plan.settings().continueJob();
    if (other == null) {
      return Optional.empty();
    }
    Optional<Checkpoint> found = checkpoints.newest(other);
    try {
      found.ifPresent(checkpoint -> checkpoint.requireFitting(plan));
    } catch (FaultException e) {
      throw FaultException.invalid(
          MISFIT,
          "continue_job",
          other,
          "a job of the same settings and data, or none; " + e.getMessage());
    }
    return found;
  }
}
