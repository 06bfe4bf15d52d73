package dev.facealign.trainer.api;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.sweep.ExpandedSweep;
import dev.facealign.v1.SubmitSweepRequest;
import dev.facealign.v1.Sweep;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Submits and finds sweeps. A sweep is no more than its jobs, which name it. */
@Singleton
final class Sweeps {
  private final JobSubmission submission;
  private final JobLog log;

  Sweeps(JobSubmission submission, JobLog log) {
    this.submission = submission;
    this.log = log;
  }

  /**
   * Puts a sweep's jobs on the queue; those that are there already stay as they are, so a call that
   * broke off half-way is completed by making it again.
   *
   * @throws FaultException as {@link ExpandedSweep#of} and {@link JobSubmission#submit(List)} say;
   *     ALREADY_EXISTS too where the sweep has jobs that are none of these
   */
  Sweep submit(SubmitSweepRequest request) {
    ExpandedSweep sweep =
        ExpandedSweep.of(request, "sweep-" + UUID.randomUUID().toString().substring(0, 8));
    log.awaitCurrent();
    Set<String> names =
        sweep.jobs().stream().map(TrainingSettings::jobId).collect(Collectors.toSet());
    for (JobRecord known : jobs(sweep.sweepId())) {
      // Others, such as jobs that were submitted again, have joined it since.
      if (sweep.couldName(known.jobId()) && !names.contains(known.jobId())) {
        throw FaultException.of(
            FaultKind.ALREADY_EXISTS,
            "SWEEP_EXISTS",
            "sweep_id: "
                + sweep.sweepId()
                + ", which has a job "
                + known.jobId()
                + " (expected: a new one, or the same jobs as before)");
      }
    }
    submission.submit(sweep.jobs());
    return get(sweep.sweepId());
  }

  /**
   * A sweep.
   *
   * @throws FaultException NOT_FOUND
   */
  Sweep get(String sweepId) {
    List<JobRecord> jobs = jobs(sweepId);
    if (jobs.isEmpty()) {
      throw FaultException.notFound("sweep", sweepId, "a sweep that was submitted");
    }
    return Sweep.newBuilder()
        .setSweepId(sweepId)
        .addAllJobs(jobs.stream().map(JobRecord::status).toList())
        .build();
  }

  /** In the grid's order: their names' numbers are of one length. */
  private List<JobRecord> jobs(String sweepId) {
    return log.ledger().all().stream()
        .filter(job -> job.job() != null && job.job().getSweep().equals(sweepId))
        .sorted(Comparator.comparing(JobRecord::jobId))
        .toList();
  }
}
