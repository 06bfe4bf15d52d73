package dev.facealign.cli.training;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.CancelJobRequest;
import dev.facealign.v1.TrainingJobStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign jobs cancel}. */
@Command(
    name = "cancel",
    header = "Asks for a job to be stopped. Its worker writes a checkpoint first.",
    footer = {"", "Example:", "  facealign jobs cancel job-0-12 --reason \"wrong dataset\""})
public final class JobsCancelCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String jobId = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  @Option(names = "--json", description = "Write the job's status as JSON.")
  private boolean json;

  JobsCancelCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      CancelJobRequest request =
          CancelJobRequest.newBuilder().setJobId(jobId).setReason(reason).build();
      TrainingJobStatus status =
          connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().cancelJob(request));
      console.print(
          json
              ? ProtoJson.pretty(status)
              : "job "
                  + jobId
                  + ": a stop is asked for (see it end: facealign jobs watch "
                  + jobId
                  + ")");
    }
    return 0;
  }
}
