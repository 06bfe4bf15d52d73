package dev.facealign.cli.metrics;

import dev.facealign.cli.client.SchemeArgument;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.metrics.MeasuredPredictions.InvalidFace;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.metric.Bootstrap;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Interval;
import dev.facealign.metric.Normaliser;
import dev.facealign.metric.PairedComparison;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code facealign metrics}. */
@Command(
    name = "metrics",
    header = "Measures predictions that were made elsewhere, by any tool.",
    description = {
      "",
      "Needs no running suite. Both files have one face a line, id,x0,y0,x1,y1,... in pixels of the picture; a header line"
          + " is skipped, faces may come in any order. A face that is not predicted, or has a value nan, counts as failed"
          + " at every threshold and is listed; one whose true points are missing is listed and in no figure.",
      "",
      "Intervals hold 95 of 100 (bootstrap over faces). With --against, each face's errors by both files are compared."
    },
    footer = {
      "",
      "Examples:",
      "  facealign metrics --truth truth.csv --predictions mine.csv --scheme 68",
      "  facealign metrics --truth truth.csv --predictions mine.csv --against theirs.csv",
      "  facealign metrics --truth truth.csv --predictions mine.csv --scheme 29 --json | jq .nme"
    })
public final class MetricsCommand implements Callable<Integer> {
  private static final int MOST_LISTED = 10;

  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--truth", required = true, paramLabel = "T.csv", description = "True points.")
  private Path truth = Path.of("");

  @Option(
      names = "--predictions",
      required = true,
      paramLabel = "P.csv",
      description = "Predicted points.")
  private Path predictions = Path.of("");

  @Option(
      names = "--against",
      paramLabel = "Q.csv",
      description = "Other predictions of the same faces to compare with.")
  private @Nullable Path against;

  @Option(
      names = "--scheme",
      paramLabel = "ID|FILE",
      description =
          "Landmark scheme: 68, 29, or a scheme-NAME.properties file (default: ${DEFAULT-VALUE}).")
  private String scheme = LandmarkScheme.IBUG_68.id();

  @Option(
      names = "--normaliser",
      paramLabel = "LENGTH",
      description =
          "What errors are divided by: inter-ocular, inter-pupil or box-diagonal (default: the"
              + " scheme's).")
  private String normaliser = "";

  @Option(
      names = "--threshold",
      split = ",",
      paramLabel = "SHARE",
      description = "Thresholds of failure rates and areas, fractions (default: ${DEFAULT-VALUE}).")
  private List<Double> thresholds = List.of(0.08, 0.10);

  @Option(names = "--json", description = "Write the figures as JSON, faces included.")
  private boolean json;

  MetricsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    LandmarkScheme points = SchemeArgument.resolve(scheme, invocation);
    Normaliser by = normaliser(points);
    for (double threshold : thresholds) {
      require(threshold > 0 && threshold <= 10, "--threshold", threshold, "above 0, at most 10");
    }
    MeasuredPredictions measured = measure(predictions, points, by);
    Bootstrap bootstrap = Bootstrap.usual();
    Optional<PairedComparison> comparison =
        Optional.ofNullable(against)
            .map(
                other ->
                    PairedComparison.of(
                        measured.nme(), measure(other, points, by).nme(), bootstrap));
    if (json) {
      invocation.console().print(MetricsJson.of(measured, thresholds, bootstrap, comparison));
    } else {
      print(measured, bootstrap);
      comparison.ifPresent(this::print);
    }
    return 0;
  }

  private MeasuredPredictions measure(Path file, LandmarkScheme points, Normaliser by) {
    return new MeasuredPredictions(invocation.resolve(truth), invocation.resolve(file), points, by);
  }

  private Normaliser normaliser(LandmarkScheme points) {
    if (normaliser.isEmpty()) {
      return Normaliser.defaultOf(points);
    }
    List<String> fitting =
        List.of(Normaliser.values()).stream()
            .filter(by -> by.fits(points))
            .map(MeasuredPredictions::words)
            .toList();
    require(
        fitting.contains(normaliser),
        "--normaliser",
        normaliser,
        "one of " + fitting + " with scheme " + points.id());
    return Normaliser.valueOf(normaliser.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private void require(boolean valid, String option, Object value, String expected) {
    if (!valid) {
      throw new ParameterException(
          spec.commandLine(), option + ": " + value + " (expected: " + expected + ")");
    }
  }

  private void print(MeasuredPredictions measured, Bootstrap bootstrap) {
    Console console = invocation.console();
    ErrorDistribution errors = measured.distribution();
    console.print(
        "%d faces: %d failed, %d excluded; errors by the %s"
            .formatted(
                errors.faces(),
                errors.failed(),
                errors.excluded(),
                MeasuredPredictions.words(measured.normaliser()) + " length"));
    Table table = new Table("FIGURE", ">VALUE", ">95 % FROM", ">TO");
    percents(table, "NME", errors.mean(), errors.meanInterval(bootstrap));
    for (double threshold : thresholds) {
      String at = "@" + Figures.significant(100 * threshold, 2).replaceAll("\\.0*$", "") + "%";
      percents(
          table,
          "FR" + at,
          errors.failureRate(threshold),
          errors.failureRateInterval(threshold, bootstrap));
      decimals(table, "AUC" + at, errors.auc(threshold), errors.aucInterval(threshold, bootstrap));
    }
    decimals(table, "AUC_FARD2022", errors.aucFard2022(), errors.aucFard2022Interval(bootstrap));
    measured
        .distributions()
        .forEach(
            (by, distribution) -> {
              if (by != measured.normaliser()) {
                percents(
                    table,
                    "NME " + MeasuredPredictions.words(by),
                    distribution.mean(),
                    distribution.meanInterval(bootstrap));
              }
            });
    measured
        .landmarkErrors()
        .byRegion()
        .forEach((region, nme) -> table.row("NME of " + region, Figures.percent(nme, 2), "", ""));
    table.print(console);
    List<InvalidFace> invalid = measured.invalid();
    invalid.stream()
        .limit(MOST_LISTED)
        .forEach(face -> console.print("invalid: " + face.id() + ": " + face.reason()));
    if (invalid.size() > MOST_LISTED) {
      console.print("... and " + (invalid.size() - MOST_LISTED) + " more (--json lists all)");
    }
  }

  private static void percents(Table table, String figure, double value, Interval interval) {
    table.row(
        figure,
        Figures.percent(value, 2),
        Figures.percent(interval.low(), 2),
        Figures.percent(interval.high(), 2));
  }

  private static void decimals(Table table, String figure, double value, Interval interval) {
    table.row(
        figure,
        Figures.decimal(value, 4),
        Figures.decimal(interval.low(), 4),
        Figures.decimal(interval.high(), 4));
  }

  private void print(PairedComparison paired) {
    Interval interval = paired.interval();
    invocation
        .console()
        .print(
            "against %s: NME differs by %s (95 %%: %s to %s) over %d faces; %s"
                .formatted(
                    against,
                    Figures.percent(paired.meanDifference(), 2),
                    Figures.percent(interval.low(), 2),
                    Figures.percent(interval.high(), 2),
                    paired.faces(),
                    verdict(paired)));
  }

  private static String verdict(PairedComparison paired) {
    if (!paired.significant()) {
      return "that may be chance";
    }
    return paired.meanDifference() < 0 ? "it is better" : "it is worse";
  }
}
