package dev.facealign.trainer.api;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.v1.CancelJobRequest;
import dev.facealign.v1.CancelRequested;
import dev.facealign.v1.GetDeadLetterRequest;
import dev.facealign.v1.GetJobRequest;
import dev.facealign.v1.GetSweepRequest;
import dev.facealign.v1.JobCancelled;
import dev.facealign.v1.ListDeadLettersRequest;
import dev.facealign.v1.ListDeadLettersResponse;
import dev.facealign.v1.ListJobsRequest;
import dev.facealign.v1.ListJobsResponse;
import dev.facealign.v1.ResubmitDeadLetterRequest;
import dev.facealign.v1.SubmitJobRequest;
import dev.facealign.v1.SubmitSweepRequest;
import dev.facealign.v1.Sweep;
import dev.facealign.v1.TrainingDeadLetter;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJobStatus;
import dev.facealign.v1.TrainingJobsGrpc;
import dev.facealign.v1.WatchJobRequest;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Serves {@code TrainingJobs} from the event log, so that any worker answers for all. */
@Singleton
final class TrainingJobsEndpoint extends TrainingJobsGrpc.TrainingJobsImplBase {
  private static final int DEFAULT_PAGE = 100;
  private static final int LARGEST_PAGE = 1000;

  private final JobLog log;
  private final JobSubmission submission;
  private final Sweeps sweeps;
  private final JobWatches watches;
  private final DeadLetterCalls deadLetters;

  TrainingJobsEndpoint(
      JobLog log,
      JobSubmission submission,
      Sweeps sweeps,
      JobWatches watches,
      DeadLetterCalls deadLetters) {
    this.log = log;
    this.submission = submission;
    this.sweeps = sweeps;
    this.watches = watches;
    this.deadLetters = deadLetters;
  }

  @Override
  public void submitJob(SubmitJobRequest request, StreamObserver<TrainingJobStatus> answer) {
    TrainingSettings job =
        TrainingJobContract.settings(
            request.getJob(), "job-" + UUID.randomUUID().toString().substring(0, 8));
    complete(answer, submission.submit(job).status());
  }

  @Override
  public void getJob(GetJobRequest request, StreamObserver<TrainingJobStatus> answer) {
    complete(answer, log.find(request.getJobId()).status());
  }

  @Override
  public void listJobs(ListJobsRequest request, StreamObserver<ListJobsResponse> answer) {
    if (dev.facealign.v1.JobState.forNumber(request.getStateValue()) == null) {
      throw Contracts.unknownEnum(
          "state", request.getStateValue(), dev.facealign.v1.JobState.values());
    }
    int size = request.hasPageSize() ? request.getPageSize() : DEFAULT_PAGE;
    if (size < 1 || size > LARGEST_PAGE) {
      throw FaultException.invalid("page_size", size, "1 to " + LARGEST_PAGE);
    }
    List<TrainingJobStatus> fitting =
        log.ledger().all().stream()
            .map(JobRecord::status)
            .filter(
                job ->
                    request.getSweep().isEmpty()
                        || job.getJob().getSweep().equals(request.getSweep()))
            .filter(
                job ->
                    request.getStateValue() == 0 || job.getStateValue() == request.getStateValue())
            .toList();
    int from = pageStart(request.getPageToken(), fitting);
    int to = Math.min(fitting.size(), from + size);
    ListJobsResponse.Builder page =
        ListJobsResponse.newBuilder().addAllJobs(fitting.subList(from, to));
    if (to < fitting.size()) {
      page.setNextPageToken(fitting.get(to - 1).getJob().getJobId());
    }
    complete(answer, page.build());
  }

  /**
   * A page token is the id of the last job before the page, so that jobs that come meanwhile do not
   * shift pages.
   */
  private static int pageStart(String token, List<TrainingJobStatus> jobs) {
    if (token.isEmpty()) {
      return 0;
    }
    for (int i = 0; i < jobs.size(); i++) {
      if (jobs.get(i).getJob().getJobId().equals(token)) {
        return i + 1;
      }
    }
    throw FaultException.invalid("page_token", token, "a next_page_token of the same request");
  }

  @Override
  public void watchJob(WatchJobRequest request, StreamObserver<TrainingEvent> answer) {
    log.find(request.getJobId());
    watches.begin(request.getJobId(), ServerStream.over(answer, 64));
  }

  @Override
  public void cancelJob(CancelJobRequest request, StreamObserver<TrainingJobStatus> answer) {
    JobRecord job = log.find(request.getJobId());
    if (job.state() instanceof JobState.Terminal) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "JOB_ENDED",
          "job: "
              + job.jobId()
              + " is "
              + job.status().getState()
              + " (expected: waiting or running)");
    }
    if (job.cancelReason() == null) {
      log.send(
          log.event(job.jobId())
              .setCancelRequested(CancelRequested.newBuilder().setReason(request.getReason())));
    }
    if (log.find(job.jobId()).state() instanceof JobState.Queued) {
      // Nobody else will end it soon. A worker that takes it just now sees that it has ended.
      log.send(
          log.event(job.jobId())
              .setCancelled(JobCancelled.newBuilder().setReason(request.getReason())));
    }
    complete(answer, log.find(job.jobId()).status());
  }

  @Override
  public void submitSweep(SubmitSweepRequest request, StreamObserver<Sweep> answer) {
    complete(answer, sweeps.submit(request));
  }

  @Override
  public void getSweep(GetSweepRequest request, StreamObserver<Sweep> answer) {
    complete(answer, sweeps.get(request.getSweepId()));
  }

  @Override
  public void listDeadLetters(
      ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> answer) {
    complete(answer, deadLetters.list(request));
  }

  @Override
  public void getDeadLetter(
      GetDeadLetterRequest request, StreamObserver<TrainingDeadLetter> answer) {
    complete(answer, deadLetters.find(request.getJobId()));
  }

  @Override
  public void resubmitDeadLetter(
      ResubmitDeadLetterRequest request, StreamObserver<TrainingJobStatus> answer) {
    complete(answer, deadLetters.resubmit(request).status());
  }

  private static <T> void complete(StreamObserver<T> answer, T value) {
    answer.onNext(value);
    answer.onCompleted();
  }
}
