package dev.facealign.cli.sweep;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code facealign sweep show}. */
@Command(
    name = "show",
    header = "Compares a sweep's recipes, as far as they have come.",
    description = {
      "",
      "One row a recipe, over its seeds, best mean first. The NME is that of held-out faces of the training split: it"
          + " serves to choose a recipe; measure the chosen one with `facealign evaluate`."
    },
    footer = {
      "",
      "Examples:",
      "  facealign sweep show ablation",
      "  facealign sweep show ablation --plot ablation.png",
      "  facealign sweep show ablation --json | jq '.jobs[] | [.job.jobId, .state]'"
    })
public final class SweepShowCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Mixin private ReportOptions report = new ReportOptions();

  @Parameters(paramLabel = "SWEEP", description = "The sweep's id.")
  private String sweepId = "";

  SweepShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    report.prepare(invocation);
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      report.write(SweepFollower.look(sweepId, connection), connection, invocation);
    }
    return 0;
  }
}
