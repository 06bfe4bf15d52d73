package dev.facealign.benchmarks.accuracy;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs side by side: a Markdown table, one row a recipe with the mean and spread of its seeds, and
 * a plot.
 */
@Command(
    name = "RunComparison",
    mixinStandardHelpOptions = true,
    description =
        "Compares runs that RecipeRun wrote down; runs of one model name are seeds of one recipe.")
public final class RunComparison implements Callable<Integer> {

  private static final Color[] COLOURS = {
    new Color(0x1f77b4), new Color(0xd62728), new Color(0x2ca02c), new Color(0xff7f0e),
    new Color(0x9467bd), new Color(0x8c564b), new Color(0x17becf), new Color(0x7f7f7f)
  };

  @Parameters(paramLabel = "RUN", arity = "1..*", description = "files of RecipeRun")
  private List<Path> files = List.of();

  @Option(names = "--plot", description = "PNG of the validation NME by epoch")
  private @Nullable Path plot;

  private RunComparison() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new RunComparison()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Map<String, List<RunRecord>> recipes = new TreeMap<>();
    for (Path file : files) {
      RunRecord run = RunRecord.read(file);
      recipes.computeIfAbsent(run.modelName(), name -> new ArrayList<>()).add(run);
    }
    System.out.println("| recipe | seeds | validation NME % | test NME % | FR@10 % | AUC@10 |");
    System.out.println("|---|---:|---:|---:|---:|---:|");
    recipes.forEach((name, runs) -> System.out.println(row(name, runs)));
    if (plot != null) {
      BitmapEncoder.saveBitmap(chart(recipes), plot.toString(), BitmapFormat.PNG);
    }
    return 0;
  }

  private static String row(String name, List<RunRecord> runs) {
    boolean measured = runs.stream().allMatch(run -> run.test() != null);
    return "| "
        + name
        + " | "
        + runs.size()
        + " | "
        + spread(runs, run -> 100 * run.validationNme(), 2)
        + " | "
        + (measured ? spread(runs, run -> 100 * test(run).nme(), 2) : "")
        + " | "
        + (measured ? spread(runs, run -> 100 * test(run).failureRateAt010(), 2) : "")
        + " | "
        + (measured ? spread(runs, run -> test(run).aucAt010(), 4) : "")
        + " |";
  }

  private static TestMeasurement test(RunRecord run) {
    if (run.test() == null) {
      throw new IllegalStateException("asked for runs with a test measurement only");
    }
    return run.test();
  }

  /** Mean and, of several, sample standard deviation. */
  private static String spread(List<RunRecord> runs, ToDoubleFunction<RunRecord> of, int decimals) {
    double mean = runs.stream().mapToDouble(of).average().orElseThrow();
    String format = "%." + decimals + "f";
    if (runs.size() == 1) {
      return String.format(Locale.ROOT, format, mean);
    }
    double squares =
        runs.stream().mapToDouble(of).map(value -> (value - mean) * (value - mean)).sum();
    return String.format(
        Locale.ROOT, format + " ± " + format, mean, Math.sqrt(squares / (runs.size() - 1)));
  }

  private static XYChart chart(Map<String, List<RunRecord>> recipes) {
    XYChart chart =
        new XYChartBuilder()
            .width(1100)
            .height(650)
            .title("NME on the faces held out of training")
            .xAxisTitle("epoch")
            .yAxisTitle("NME, %")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    // Recipes differ where curves end: the steep beginnings would leave that no room.
    double top =
        2
            * recipes.values().stream()
                .flatMap(List::stream)
                .mapToDouble(run -> run.curve().get(run.curve().size() - 1).validationNme())
                .max()
                .orElseThrow();
    int recipe = 0;
    for (Map.Entry<String, List<RunRecord>> entry : recipes.entrySet()) {
      Color colour = COLOURS[recipe++ % COLOURS.length];
      for (int seed = 0; seed < entry.getValue().size(); seed++) {
        List<CurvePoint> curve =
            entry.getValue().get(seed).curve().stream()
                .dropWhile(point -> point.validationNme() > top)
                .toList();
        XYSeries series =
            chart.addSeries(
                entry.getKey() + (seed == 0 ? "" : " " + (seed + 1)),
                curve.stream().mapToDouble(CurvePoint::epoch).toArray(),
                curve.stream().mapToDouble(point -> 100 * point.validationNme()).toArray());
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour);
        series.setLineStyle(new BasicStroke(seed == 0 ? 2f : 1f));
        series.setShowInLegend(seed == 0);
      }
    }
    return chart;
  }
}
