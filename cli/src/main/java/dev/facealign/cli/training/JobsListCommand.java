package dev.facealign.cli.training;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.JobState;
import dev.facealign.v1.ListJobsRequest;
import dev.facealign.v1.ListJobsResponse;
import dev.facealign.v1.TrainingJobStatus;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign jobs list}. */
@Command(
    name = "list",
    header = "Lists jobs, newest first.",
    footer = {
      "",
      "Examples:",
      "  facealign jobs list",
      "  facealign jobs list --state running --json",
      "  facealign jobs list --sweep lambdas"
    })
public final class JobsListCommand implements Callable<Integer> {
  static final String PREFIX = "JOB_STATE_";

  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description =
          "Only jobs in this state: queued, running, succeeded, failed, cancelled, dead-lettered.")
  private String state = "";

  @Option(names = "--sweep", paramLabel = "SWEEP", description = "Only jobs of this sweep.")
  private String sweep = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many jobs (default: ${DEFAULT-VALUE}).")
  private int limit = 100;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  JobsListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    ListJobsRequest request =
        ListJobsRequest.newBuilder()
            .setState(state(state))
            .setSweep(sweep)
            .setPageSize(limit)
            .build();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      ListJobsResponse answer =
          connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().listJobs(request));
      if (json) {
        console.print(ProtoJson.pretty(answer));
        return 0;
      }
      Table table =
          new Table("JOB", "STATE", ">EPOCH", ">NME", "DATASET", "MODEL", "QUEUED", "WHY");
      for (TrainingJobStatus job : answer.getJobsList()) {
        EpochCompleted epoch = job.getLatestEpoch();
        table.row(
            job.getJob().getJobId(),
            Figures.word(job.getState(), PREFIX),
            job.hasLatestEpoch() ? epoch.getEpoch() + "/" + epoch.getEpochs() : "-",
            job.hasLatestEpoch() ? Figures.percent(epoch.getBestValidationNme(), 2) : "-",
            job.getJob().getDataset().getName(),
            job.getModelVersion().isEmpty() ? "-" : Figures.version(job.getModelVersion()),
            Figures.moment(job.getQueuedAt()),
            why(job));
      }
      table.print(console);
      if (!answer.getNextPageToken().isEmpty()) {
        console.say("there are more (see them with a higher --limit)");
      }
    }
    return 0;
  }

  /** Why it ended as it did, or why it makes no progress. */
  private static String why(TrainingJobStatus job) {
    return job.getWaitingFor().isEmpty() ? job.getReason() : "waits: " + job.getWaitingFor();
  }

  private static JobState state(String word) {
    if (word.isEmpty()) {
      return JobState.JOB_STATE_UNSPECIFIED;
    }
    List<JobState> states =
        Arrays.stream(JobState.values())
            .filter(s -> s != JobState.UNRECOGNIZED && s != JobState.JOB_STATE_UNSPECIFIED)
            .toList();
    return states.stream()
        .filter(s -> Figures.word(s, PREFIX).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    "--state: "
                        + word
                        + " (expected: one of "
                        + String.join(
                            ", ", states.stream().map(s -> Figures.word(s, PREFIX)).toList())
                        + ")"));
  }
}
