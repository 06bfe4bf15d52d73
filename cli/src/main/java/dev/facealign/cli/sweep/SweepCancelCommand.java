package dev.facealign.cli.sweep;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.CancelJobRequest;
import dev.facealign.v1.TrainingJobStatus;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign sweep cancel}. */
@Command(
    name = "cancel",
    header = "Asks for all jobs of a sweep to be stopped that have not ended.",
    footer = {"", "Example:", "  facealign sweep cancel ablation --reason \"wrong dataset\""})
public final class SweepCancelCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(paramLabel = "SWEEP", description = "The sweep's id.")
  private String sweepId = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  @Option(names = "--json", description = "Write the sweep with its jobs as JSON, after the call.")
  private boolean json;

  SweepCancelCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      List<TrainingJobStatus> jobs =
          new ArrayList<>(SweepFollower.look(sweepId, connection).getJobsList());
      // From the end, so that none is begun in the place of one that was just stopped.
      Collections.reverse(jobs);
      int asked = 0;
      for (TrainingJobStatus job : jobs) {
        if (!SweepFollower.hasEnded(job) && cancel(job.getJob().getJobId(), connection)) {
          asked++;
        }
      }
      invocation
          .console()
          .print(
              json
                  ? ProtoJson.pretty(SweepFollower.look(sweepId, connection))
                  : "sweep "
                      + sweepId
                      + ": a stop is asked for of "
                      + asked
                      + " of "
                      + jobs.size()
                      + " jobs");
    }
    return 0;
  }

  /** False where the job has ended meanwhile. */
  private boolean cancel(String jobId, SuiteConnection connection) {
    CancelJobRequest request =
        CancelJobRequest.newBuilder().setJobId(jobId).setReason(reason).build();
    try {
      connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().cancelJob(request));
      return true;
    } catch (CommandFailure e) {
      if (e.getCause() instanceof StatusException status
          && status.getStatus().getCode() == Status.Code.FAILED_PRECONDITION) {
        return false;
      }
      throw e;
    }
  }
}
