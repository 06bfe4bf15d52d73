package dev.facealign.cli.models;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.GetShadowComparisonRequest;
import dev.facealign.v1.ShadowComparison;
import dev.facealign.v1.ShadowDifference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign models shadow}. */
@Command(
    name = "shadow",
    header = "Tells how a candidate's landmarks differ from the champion's on live traffic.",
    description =
        "Shadow traffic is switched on in inference-service: facealign.inference.shadow.enabled."
            + " Distances are means over a face's points, in percent of its box's diagonal.",
    footer = {"", "Example:", "  facealign models shadow --json"})
public final class ModelsShadowCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  ModelsShadowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      ShadowComparison comparison =
          connection.ask(
              SuiteService.INFERENCE,
              () ->
                  connection
                      .models()
                      .getShadowComparison(GetShadowComparisonRequest.getDefaultInstance()));
      if (json) {
        console.print(ProtoJson.pretty(comparison));
      } else {
        print(comparison, console);
      }
    }
    return 0;
  }

  private static void print(ShadowComparison comparison, Console console) {
    Table table = new Table("SHADOW TRAFFIC", "");
    table.row("champion", version(comparison.getChampionVersion()));
    table.row(comparison.getAlias(), version(comparison.getVersion()));
    if (!comparison.getUnable().isEmpty()) {
      table.row("nothing to compare", comparison.getUnable());
    }
    table.row("share of faces", Figures.percent(comparison.getShare(), 1));
    table.row("compared", Long.toString(comparison.getFaces()));
    table.row("left out, no time", Long.toString(comparison.getSkipped()));
    table.row("failed", Long.toString(comparison.getFailed()));
    if (comparison.hasDifference()) {
      ShadowDifference difference = comparison.getDifference();
      table.row("mean distance", Figures.percent(difference.getMean(), 2));
      table.row("median", Figures.percent(difference.getMedian(), 2));
      table.row("95 of 100 faces", Figures.percent(difference.getPercentile95(), 2));
      table.row("largest", Figures.percent(difference.getLargest(), 2));
      if (difference.hasChampionExpectedError()) {
        table.row(
            "expected error, champion", Figures.percent(difference.getChampionExpectedError(), 2));
        table.row(
            "expected error, " + comparison.getAlias(),
            Figures.percent(difference.getShadowExpectedError(), 2));
      }
    }
    table.print(console);
  }

  private static String version(String version) {
    return version.isEmpty() ? "-" : Figures.version(version);
  }
}
