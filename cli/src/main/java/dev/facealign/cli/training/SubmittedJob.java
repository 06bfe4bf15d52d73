package dev.facealign.cli.training;

import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.invocation.StopOnSignal;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.GetJobRequest;
import dev.facealign.v1.TrainingJobStatus;
import picocli.CommandLine.Option;

/** What a command does with a job that it has put on the queue. */
final class SubmittedJob {
  @Option(names = "--detach", description = "Return as soon as the job is queued.")
  private boolean detach;

  @Option(names = "--json", description = "Write the job's status as JSON when the command ends.")
  private boolean json;

  /** Follows a job to its model, or leaves it to itself; Ctrl-C ends the following, not the job. */
  void see(TrainingJobStatus submitted, SuiteConnection connection, Invocation invocation)
      throws InterruptedException {
    Console console = invocation.console();
    String id = submitted.getJob().getJobId();
    if (detach) {
      print(submitted, console);
      return;
    }
    JobOutcome outcome = follow(id, connection, console);
    if (json) {
      GetJobRequest request = GetJobRequest.newBuilder().setJobId(id).build();
      print(
          connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().getJob(request)),
          console);
    }
    JobOutcome.Succeeded model = JobOutcome.requireModel(id, outcome);
    if (!json) {
      console.print(model.line());
    }
  }

  private static JobOutcome follow(String id, SuiteConnection connection, Console console)
      throws InterruptedException {
    Runnable farewell =
        () ->
            console.say(
                "job "
                    + id
                    + " goes on (follow: facealign jobs watch "
                    + id
                    + ", stop: facealign jobs cancel "
                    + id
                    + ")");
    StopOnSignal onSignal = new StopOnSignal(farewell, StopOnSignal.INTERRUPTED);
    try {
      return new JobFollower(connection, console).follow(id);
    } finally {
      onSignal.close();
    }
  }

  private void print(TrainingJobStatus status, Console console) {
    console.print(json ? ProtoJson.pretty(status) : "job " + status.getJob().getJobId());
  }
}
