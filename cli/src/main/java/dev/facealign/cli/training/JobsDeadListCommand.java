package dev.facealign.cli.training;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.ListDeadLettersRequest;
import dev.facealign.v1.ListDeadLettersResponse;
import dev.facealign.v1.TrainingDeadLetter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign jobs dead list}. */
@Command(
    name = "list",
    header = "Lists dead letters, newest first.",
    footer = {"", "Example:", "  facealign jobs dead list --limit 10"})
public final class JobsDeadListCommand implements Callable<Integer> {
  static final String KIND_PREFIX = "FAILURE_KIND_";

  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int limit = 100;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  JobsDeadListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    ListDeadLettersRequest request = ListDeadLettersRequest.newBuilder().setPageSize(limit).build();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      ListDeadLettersResponse answer =
          connection.ask(
              SuiteService.TRAINER, () -> connection.trainingJobs().listDeadLetters(request));
      if (json) {
        console.print(ProtoJson.pretty(answer));
        return 0;
      }
      Table table = new Table("JOB", "KIND", ">ATTEMPTS", "WHEN", "WHY");
      for (TrainingDeadLetter letter : answer.getDeadLettersList()) {
        table.row(
            Printable.line(letter.getJobId()),
            Figures.word(letter.getKind(), KIND_PREFIX),
            Integer.toString(letter.getAttempts()),
            Figures.moment(letter.getAt()),
            Printable.line(letter.getReason()));
      }
      table.print(console);
      if (!answer.getNextPageToken().isEmpty()) {
        console.say("there are more (see them with a higher --limit)");
      }
    }
    return 0;
  }
}
