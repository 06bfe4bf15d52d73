package dev.facealign.cli.training;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.GetDeadLetterRequest;
import dev.facealign.v1.TrainingDeadLetter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign jobs dead show}. */
@Command(
    name = "show",
    header = "Shows a dead letter: why, what became of each attempt, and the job as it came.",
    footer = {"", "Example:", "  facealign jobs dead show job-0-12"})
public final class JobsDeadShowCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String jobId = "";

  @Option(names = "--json", description = "Write the letter as JSON, its original in base64.")
  private boolean json;

  JobsDeadShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    GetDeadLetterRequest request = GetDeadLetterRequest.newBuilder().setJobId(jobId).build();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      TrainingDeadLetter letter =
          connection.ask(
              SuiteService.TRAINER, () -> connection.trainingJobs().getDeadLetter(request));
      if (json) {
        invocation.console().print(ProtoJson.pretty(letter));
      } else {
        show(letter, invocation.console());
      }
    }
    return 0;
  }

  private static void show(TrainingDeadLetter letter, Console console) {
    console.print("job       " + Printable.line(letter.getJobId()));
    console.print("reason    " + Printable.line(letter.getReason()));
    console.print("kind      " + Figures.word(letter.getKind(), JobsDeadListCommand.KIND_PREFIX));
    console.print("when      " + Figures.moment(letter.getAt()));
    console.print(
        "lay in    "
            + Printable.line(letter.getTopic())
            + ", partition "
            + letter.getPartition()
            + ", offset "
            + letter.getOffset()
            + (letter.getOriginalKey().isEmpty()
                ? ", without a key"
                : ", key " + Printable.line(letter.getOriginalKey())));
    console.print("");
    if (letter.getHistoryCount() > 0) {
      AttemptTable.of(letter.getHistoryList(), "fell silent").print(console);
    } else {
      console.print("no attempt was begun");
    }
    console.print("");
    OriginalRecord original = OriginalRecord.of(letter);
    console.print("original  " + original.form());
    original.lines().forEach(console::print);
  }
}
