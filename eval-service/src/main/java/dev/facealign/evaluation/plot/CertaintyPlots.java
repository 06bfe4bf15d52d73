package dev.facealign.evaluation.plot;

import dev.facealign.evaluation.plot.Plot.Axis;
import dev.facealign.evaluation.plot.Plot.Stroke;
import dev.facealign.evaluation.scoring.Certainty;
import dev.facealign.metric.Calibration;
import dev.facealign.metric.ErrorRejection;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** How well a model knows its own errors, as SVG pictures. */
final class CertaintyPlots {

  private static final int MOST_STEPS = 400;

  private CertaintyPlots() {}

  /**
   * Observed errors against expected ones, a dot a bin. On the diagonal the model is right; below
   * it is too anxious, above too sure of itself.
   *
   * @param title above it
   * @param subtitle below the title, and behind it the calibration error
   */
  static String calibration(String title, String subtitle, Certainty certainty) {
    Calibration calibration = certainty.calibration();
    double[] expected =
        calibration.bins().stream().mapToDouble(bin -> 100 * bin.expected()).toArray();
    double[] observed =
        calibration.bins().stream().mapToDouble(bin -> 100 * bin.observed()).toArray();
    double largest =
        DoubleStream.concat(Arrays.stream(expected), Arrays.stream(observed)).max().orElseThrow();
    Axis axis = Axis.reaching("expected error of points, % of the box's diagonal", largest);
    Plot plot =
        new Plot(
            title,
            subtitle + "; calibration error " + percent(calibration.error()),
            Plot.Shape.SQUARE,
            axis,
            new Axis("their observed error, %", axis.upTo(), axis.step()));
    Stroke model = Stroke.of(0);
    Stroke perfect = Stroke.reference();
    double[] ends = {0, axis.upTo()};
    plot.curve(perfect, ends, ends);
    plot.curve(new Stroke(model.colour(), 1.6, false), expected, observed);
    plot.dots(model, expected, observed);
    plot.legend(
        model,
        "model",
        String.format(
            Locale.ROOT,
            "%d bins of %d points",
            expected.length,
            calibration.bins().get(0).points()),
        "mean expected error " + percent(calibration.meanExpected()),
        "mean observed error " + percent(calibration.meanObserved()),
        String.format(
            Locale.ROOT, "rank correlation of points %.3f", certainty.pointRankCorrelation()));
    plot.legend(perfect, "perfect calibration", "above: more off than expected", "below: less");
    return plot.svg();
  }

  /**
   * The kept faces' NME against the share of rejected ones.
   *
   * @param title above it
   * @param subtitle below the title
   * @param length what NME is divided by, in words
   */
  static String rejection(String title, String subtitle, String length, Certainty certainty) {
    ErrorRejection rejection = certainty.rejection();
    int last = rejection.faces() - 1;
    int steps = Math.min(MOST_STEPS, last);
    int[] rejected =
        IntStream.rangeClosed(0, steps)
            .map(i -> steps == 0 ? 0 : (int) ((long) i * last / steps))
            .toArray();
    double[] shares =
        IntStream.of(rejected).mapToDouble(r -> 100.0 * r / rejection.faces()).toArray();
    double[] byModel = percents(rejected, rejection::nmeOfKept);
    double[] byOracle = percents(rejected, rejection::nmeOfKeptByOracle);
    double chance = 100 * rejection.areaOfChance();
    double largest = Math.max(chance, Arrays.stream(byModel).max().orElseThrow());
    Plot plot =
        new Plot(
            title,
            subtitle + "; NME in % of the " + length,
            Plot.Shape.WIDE,
            new Axis("faces rejected, most uncertain first, %", 100, 10),
            Axis.reaching("NME of the kept faces, %", largest));
    Stroke model = Stroke.of(0);
    Stroke oracle = Stroke.of(2);
    Stroke byChance = Stroke.reference();
    plot.curve(byChance, new double[] {0, 100}, new double[] {chance, chance});
    plot.curve(oracle, shares, byOracle);
    plot.curve(model, shares, byModel);
    plot.legend(
        model,
        "by expected error",
        "area " + percent(rejection.area()),
        String.format(
            Locale.ROOT, "rank correlation of faces %.3f", certainty.faceRankCorrelation()));
    plot.legend(
        oracle,
        "by true error (oracle)",
        "area " + percent(rejection.areaOfOracle()),
        "none can be lower");
    plot.legend(byChance, "at random", "area " + percent(rejection.areaOfChance()));
    return plot.svg();
  }

  private static double[] percents(int[] rejected, IntToDoubleFunction nme) {
    return IntStream.of(rejected).mapToDouble(r -> 100 * nme.applyAsDouble(r)).toArray();
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }
}
