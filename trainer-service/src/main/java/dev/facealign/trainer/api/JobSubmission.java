package dev.facealign.trainer.api;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.trainer.job.JobPriority;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.run.TrainingPlan;
import dev.facealign.trainer.worker.ContinuedJobs;
import dev.facealign.trainer.worker.JobInputs;
import dev.facealign.v1.JobQueued;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Puts jobs on the queue. What a worker would refuse is refused here, while the caller listens, and
 * before the first of several jobs is sent.
 */
@Singleton
final class JobSubmission {
  private final JobInputs inputs;
  private final RecordPublisher publisher;
  private final JobLog log;
  private final ContinuedJobs continued;

  JobSubmission(JobInputs inputs, ContinuedJobs continued, RecordPublisher publisher, JobLog log) {
    this.inputs = inputs;
    this.continued = continued;
    this.publisher = publisher;
    this.log = log;
  }

  /** Submits one job; see {@link #submit(List)}. */
  JobRecord submit(TrainingSettings job) {
    return submit(List.of(job)).get(0);
  }

  /**
   * Submits jobs. Those that are known already with the same settings are left as they are, so that
   * a call that broke off can be made again.
   *
   * @return the jobs, in the same order
   * @throws FaultException as {@link JobInputs#plan} and {@link ContinuedJobs#beginning}, for the
   *     first that a worker would refuse; ALREADY_EXISTS: one is known with other settings;
   *     UNAVAILABLE: some may be on the queue
   */
  List<JobRecord> submit(List<TrainingSettings> jobs) {
    List<TrainingPlan> complete = inputs.plans(jobs);
    log.awaitCurrent();
    List<TrainingPlan> unsent = complete.stream().filter(plan -> isNew(plan.settings())).toList();
    unsent.forEach(continued::beginning);
    for (int i = 0; i < unsent.size(); i++) {
      TrainingSettings settings = unsent.get(i).settings();
      TrainingJob job = TrainingJobContract.job(settings);
      // The job before its event: a job on the topic is trained whether or not anybody hears of it.
      publisher.publish(topic(settings.priority()), settings.jobId(), job);
      TrainingEvent.Builder queued =
          log.event(settings.jobId()).setQueued(JobQueued.newBuilder().setJob(job));
      if (i < unsent.size() - 1) {
        log.sendSoon(queued);
      } else {
        log.send(queued);
      }
    }
    if (unsent.size() > 1) {
      // Events of several jobs lie in several partitions.
      log.awaitCurrent();
    }
    return complete.stream().map(plan -> log.find(plan.settings().jobId())).toList();
  }

  private boolean isNew(TrainingSettings job) {
    JobRecord known = log.ledger().find(job.jobId()).orElse(null);
    if (known != null && !TrainingJobContract.job(job).equals(known.job())) {
      throw FaultException.of(
          FaultKind.ALREADY_EXISTS,
          "JOB_EXISTS",
          "job_id: " + job.jobId() + " (expected: a new one, or the same settings as before)");
    }
    return known == null;
  }

  private static String topic(JobPriority priority) {
    return switch (priority) {
      case NORMAL -> Topics.TRAINING_JOBS;
      case URGENT -> Topics.URGENT_TRAINING_JOBS;
    };
  }
}
