package dev.facealign.cli.training;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.ProtoJson;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign jobs watch}. */
@Command(
    name = "watch",
    header = "Follows a job to its end.",
    exitCodeList = {
      "0:the job succeeded",
      "1:it ended without a model, or cannot be watched",
      "2:wrong usage",
      "130:ended by Ctrl-C; the job goes on"
    },
    footer = {
      "",
      "Examples:",
      "  facealign jobs watch job-0-12",
      "  facealign jobs watch job-0-12 --json"
    })
public final class JobsWatchCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String jobId = "";

  @Option(names = "--json", description = "Write every event as JSON, one a line.")
  private boolean json;

  JobsWatchCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    Console console = invocation.console();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      JobFollower follower =
          new JobFollower(
              connection,
              console,
              Duration.ofMinutes(2),
              event -> {
                if (json) {
                  console.print(ProtoJson.line(event));
                }
              });
      JobOutcome.Succeeded model = JobOutcome.requireModel(jobId, follower.follow(jobId));
      if (!json) {
        console.print(model.line());
      }
    }
    return 0;
  }
}
