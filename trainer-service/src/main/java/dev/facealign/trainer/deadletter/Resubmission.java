package dev.facealign.trainer.deadletter;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.queue.JobMessage;
import dev.facealign.trainer.queue.JobMessageReader;
import dev.facealign.trainer.run.TrainingPlan;
import dev.facealign.trainer.worker.ContinuedJobs;
import dev.facealign.trainer.worker.JobInputs;
import dev.facealign.v1.Priority;
import dev.facealign.v1.ResubmitDeadLetterRequest;
import dev.facealign.v1.TrainingDeadLetter;
import dev.facealign.v1.TrainingJob;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;

/** Makes a new job of a dead letter's. */
@Singleton
public final class Resubmission {
  private static final String AGAIN = "-again";

  private final JobMessageReader reader = new JobMessageReader();
  private final JobInputs inputs;
  private final ContinuedJobs continued;

  Resubmission(JobInputs inputs, ContinuedJobs continued) {
    this.inputs = inputs;
    this.continued = continued;
  }

  /**
   * The job to be submitted: the original with the changes and a new id. It begins with the
   * checkpoint that the old job left, or the one that the old job was to begin with, where that is
   * of the settings that come out; else, or where that is asked for, at the start.
   *
   * @param isTaken whether a job is called so already
   * @throws FaultException INVALID_ARGUMENT: the original cannot be read, or what comes out would
   *     be refused; NOT_FOUND: it names what there is not
   */
  public TrainingSettings job(
      TrainingDeadLetter letter, ResubmitDeadLetterRequest request, Predicate<String> isTaken) {
    TrainingJob changes = request.getChanges();
    if (!changes.getJobId().isEmpty()) {
      throw FaultException.invalid(
          "changes.job_id", changes.getJobId(), "empty; new_job_id has the new job's name");
    }
    if (request.getFromStart() && !changes.getContinueJob().isEmpty()) {
      throw FaultException.invalid(
          "changes.continue_job", changes.getContinueJob(), "empty together with from_start");
    }
    TrainingJob original = original(letter);
    TrainingJob.Builder job = original.toBuilder();
    FieldChanges.apply(job, changes);
    job.setJobId(newId(letter.getJobId(), request.getNewJobId(), isTaken));
    if (changes.getPriority() == Priority.PRIORITY_UNSPECIFIED) {
      job.setPriority(priority(letter));
    }
    if (changes.getContinueJob().isEmpty()) {
      job.clearContinueJob();
      if (!request.getFromStart()) {
        beginning(job.build(), letter.getJobId(), original.getContinueJob(), job);
      }
    }
    return settings(job.build());
  }

  /** Sets the job that it is to continue, if one left a checkpoint that fits. */
  private void beginning(
      TrainingJob fromStart, String old, String oldContinued, TrainingJob.Builder job) {
    TrainingPlan plan = inputs.plan(settings(fromStart));
    // What was refused for its name has none, and has never run.
    if (TrainingJobContract.isName(old) && continued.canContinue(plan, old)) {
      job.setContinueJob(old);
    } else if (!oldContinued.isEmpty() && continued.canContinue(plan, oldContinued)) {
      job.setContinueJob(oldContinued);
    }
  }

  private static TrainingSettings settings(TrainingJob job) {
    return TrainingJobContract.settings(job, job.getJobId());
  }

  private TrainingJob original(TrainingDeadLetter letter) {
    try {
      return reader.read(
          new JobMessage(
              letter.getOriginalKey(),
              letter.getOriginalValue(),
              Map.of(JobMessage.CONTENT_TYPE, letter.getContentType()),
              new RecordPlace(letter.getTopic(), letter.getPartition(), letter.getOffset()),
              Instant.EPOCH,
              0));
    } catch (FaultException e) {
      throw FaultException.invalid(
          "job_id",
          letter.getJobId(),
          "a dead letter with a job that can be read; " + e.getMessage());
    }
  }

  /** Of a job that a producer sent itself the topic decides. */
  private static Priority priority(TrainingDeadLetter letter) {
    return letter.getTopic().equals(Topics.URGENT_TRAINING_JOBS)
        ? Priority.PRIORITY_URGENT
        : Priority.PRIORITY_NORMAL;
  }

  private static String newId(String old, String asked, Predicate<String> isTaken) {
    if (!asked.isEmpty()) {
      return TrainingJobContract.name("new_job_id", asked);
    }
    String again = old + AGAIN;
    int number = 2;
    while (isTaken.test(again)) {
      again = old + AGAIN + "-" + number++;
    }
    if (!TrainingJobContract.isName(again)) {
      throw FaultException.invalid("new_job_id", "", "a name, as " + again + " cannot be one");
    }
    return again;
  }
}
