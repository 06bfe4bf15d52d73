package dev.facealign.cli.evaluate;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.CompareEvaluationsRequest;
import dev.facealign.v1.CompareEvaluationsResponse;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Interval;
import dev.facealign.v1.PairedDifference;
import dev.facealign.v1.SubsetMetrics;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code facealign compare}. */
@Command(
    name = "compare",
    header = "Compares two evaluated models, face by face.",
    description = {
      "",
      "A and B are reports, or models: version, prefix, name or alias; of a model the newest report is taken that measured"
          + " the same faces with the same boxes as the other's.",
      "",
      "With --fail-if-worse B is worse where B's NME, over the faces that both have an error for, is above A's by"
          + " more than that share of it, or where B fails on more faces: for a build of your own."
    },
    exitCodeList = {
      "0:compared; with --fail-if-worse: B is not worse",
      "1:with --fail-if-worse: B is worse; or there is nothing to compare",
      "2:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  facealign compare champion candidate",
      "  facealign compare 1a2b3c4d 5e6f7a8b --fail-if-worse 1%"
    })
public final class CompareCommand implements Callable<Integer> {
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,6})?) ?%");

  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(index = "0", paramLabel = "A", description = "What is compared with.")
  private String first = "";

  @Parameters(index = "1", paramLabel = "B", description = "What is compared.")
  private String second = "";

  @Option(
      names = "--fail-if-worse",
      paramLabel = "PERCENT",
      description = "Exit with 1 where B is worse than A by more than this share, such as 1%%.")
  private String failIfWorse = "";

  @Option(names = "--json", description = "Write both reports and their difference as JSON.")
  private boolean json;

  CompareCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    double tolerance = tolerance();
    Console console = invocation.console();
    CompareEvaluationsResponse compared;
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      ReportChoice.Pair reports = new ReportChoice(connection).pair(first, second);
      CompareEvaluationsRequest request =
          CompareEvaluationsRequest.newBuilder()
              .addEvaluationIds(reports.first().getEvaluationId())
              .addEvaluationIds(reports.second().getEvaluationId())
              .build();
      compared =
          connection.ask(
              SuiteService.EVALUATION, () -> connection.evaluations().compareEvaluations(request));
    }
    PairedDifference difference = compared.getDifferenceToFirst(1);
    double base = compared.getEvaluations(0).getSubsets(0).getNme();
    if (json) {
      console.print(ProtoJson.pretty(compared));
    } else {
      print(compared, difference, base);
    }
    if (!failIfWorse.isEmpty()) {
      requireNoWorse(difference, base, tolerance);
    }
    return 0;
  }

  private double tolerance() {
    if (failIfWorse.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    Matcher percent = PERCENT.matcher(failIfWorse);
    if (!percent.matches()) {
      throw new ParameterException(
          spec.commandLine(),
          "--fail-if-worse: " + failIfWorse + " (expected: a percentage, such as 1%)");
    }
    return Double.parseDouble(percent.group(1)) / 100;
  }

  private static void requireNoWorse(PairedDifference difference, double base, double tolerance) {
    if (difference.getFaces() == 0) {
      throw new CommandFailure("no face has an error by both (expected: some)");
    }
    if (difference.getFailedOnlyHere() > difference.getFailedOnlyThere()) {
      throw new CommandFailure(
          "B fails on %d faces that A finds, A on %d that B finds (expected: no more)"
              .formatted(difference.getFailedOnlyHere(), difference.getFailedOnlyThere()));
    }
    if (difference.getMean() > tolerance * base) {
      throw new CommandFailure(
          "B's NME is %s of A's above it (expected: at most %s)"
              .formatted(
                  Figures.percent(difference.getMean() / base, 2), Figures.percent(tolerance, 2)));
    }
  }

  private void print(
      CompareEvaluationsResponse compared, PairedDifference difference, double base) {
    Console console = invocation.console();
    Evaluation measured = compared.getEvaluations(0);
    console.print(
        "%s/%s, %d faces"
            .formatted(
                measured.getDataset().getDataset().getName(),
                measured.getDataset().getDataset().getSplit(),
                measured.getDataset().getFaces()));
    Table table =
        new Table("", "MODEL", "REPORT", ">INVALID", ">NME", "95 %", ">FR@10%", ">AUC@10%");
    for (int i = 0; i < compared.getEvaluationsCount(); i++) {
      Evaluation report = compared.getEvaluations(i);
      SubsetMetrics all = report.getSubsets(0);
      table.row(
          i == 0 ? "A" : "B",
          Figures.version(report.getModelVersion()),
          report.getEvaluationId(),
          Integer.toString(all.getInvalid()),
          Figures.percent(all.getNme(), 2),
          all.getIntervals().hasNme() ? range(all.getIntervals().getNme()) : "-",
          Figures.percent(all.getFrAt010(), 2),
          Figures.decimal(all.getAucAt010(), 4));
    }
    table.print(console);
    if (difference.getFaces() == 0) {
      console.print("no face has an error by both");
      return;
    }
    console.print(
        "B against A, over %d faces: NME %+.3f %% (95 %%: %s), %+.1f %% of A's; %s"
            .formatted(
                difference.getFaces(),
                100 * difference.getMean(),
                range(difference.getInterval()),
                100 * difference.getMean() / base,
                verdict(difference)));
  }

  private static String range(Interval interval) {
    return Figures.percent(interval.getLow(), 2) + " to " + Figures.percent(interval.getHigh(), 2);
  }

  private static String verdict(PairedDifference difference) {
    if (!difference.getSignificant()) {
      return "that may be chance";
    }
    return difference.getMean() < 0 ? "B is better" : "B is worse";
  }
}
