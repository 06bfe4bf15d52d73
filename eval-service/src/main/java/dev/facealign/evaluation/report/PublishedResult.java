package dev.facealign.evaluation.report;

import java.util.List;
import java.util.Optional;

/**
 * Figures that a paper prints (METHOD 6). NME inter-ocular and failure rates are per cent as
 * printed.
 *
 * @param model its name there
 * @param source the paper
 * @param figures one a benchmark, where the paper has them
 */
record PublishedResult(String model, String source, List<Figures> figures) {

  private static final String FARD = "Fard & Mahoor 2022, table I";

  /**
   * One benchmark's.
   *
   * @param failureRate above 10 %; NaN where it is not printed
   * @param auc what the paper calls AUC, the same quantity as {@code auc_fard2022}; NaN where it is
   *     not printed
   */
  record Figures(Benchmark benchmark, double nme, double failureRate, double auc) {}

  static final List<PublishedResult> ALL =
      List.of(
          fard(
              "MobileNetV2, L2",
              row(4.93, 0.59, .7338),
              row(7.32, 12.59, .4953),
              row(4.22, 0.18, .7896),
              row(4.82, 2.61, .7319)),
          fard(
              "MobileNetV2, ACR",
              row(3.78, 0.39, .8215),
              row(6.16, 1.48, .6076),
              row(3.81, 0, .8197),
              row(4.27, 0.29, .7781)),
          fard(
              "EfficientNet-B0, L2",
              row(4.93, 1.18, .7333),
              row(6.92, 7.40, .5228),
              row(4.67, 0.18, .7535),
              row(5.11, 1.59, .7083)),
          fard(
              "EfficientNet-B0, ACR",
              row(4.20, 0.59, .7892),
              row(6.71, 4.44, .5426),
              row(4.38, 0.18, .7785),
              row(4.83, 1.01, .7323)),
          fard(
              "EfficientNet-B3, L2",
              row(3.71, 0.39, .8275),
              row(6.01, 1.48, .6196),
              row(3.81, 0, .8215),
              row(4.24, 0.29, .7820)),
          fard(
              "EfficientNet-B3, ACR",
              row(3.47, 0.39, .8421),
              row(5.36, 1.48, .6838),
              row(3.36, 0, .8504),
              row(3.75, 0.29, .8177)),
          w300("STAR", 2.87, 2.52, 4.32),
          w300("ADNet", 2.93, 2.53, 4.58),
          w300("SLPT", 3.17, 2.75, 4.90),
          w300("PIPNet-R101", 3.19, 2.78, 4.89),
          w300("HRNetV2-W18", 3.34, 2.91, 5.11),
          cofw("FiFA", 2.96),
          cofw("PIPNet", 3.08),
          cofw("STAR", 3.21),
          cofw("HRNet", 3.45));

  /** Its figures of a benchmark. */
  Optional<Figures> of(Benchmark benchmark) {
    return figures.stream().filter(row -> row.benchmark() == benchmark).findFirst();
  }

  private static double[] row(double nme, double failureRate, double auc) {
    return new double[] {nme, failureRate, auc};
  }

  private static PublishedResult fard(
      String model, double[] cofw, double[] challenging, double[] common, double[] full) {
    return new PublishedResult(
        model,
        FARD,
        List.of(
            figures(Benchmark.COFW, cofw),
            figures(Benchmark.CHALLENGING, challenging),
            figures(Benchmark.COMMON, common),
            figures(Benchmark.FULL, full)));
  }

  private static Figures figures(Benchmark benchmark, double[] row) {
    return new Figures(benchmark, row[0], row[1], row[2]);
  }

  private static PublishedResult w300(
      String model, double full, double common, double challenging) {
    return new PublishedResult(
        model,
        "its paper",
        List.of(
            nme(Benchmark.FULL, full),
            nme(Benchmark.COMMON, common),
            nme(Benchmark.CHALLENGING, challenging)));
  }

  private static PublishedResult cofw(String model, double nme) {
    return new PublishedResult(model, "its paper", List.of(nme(Benchmark.COFW, nme)));
  }

  private static Figures nme(Benchmark benchmark, double nme) {
    return new Figures(benchmark, nme, Double.NaN, Double.NaN);
  }
}
