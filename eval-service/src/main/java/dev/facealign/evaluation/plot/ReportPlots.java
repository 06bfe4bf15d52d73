package dev.facealign.evaluation.plot;

import dev.facealign.evaluation.scoring.Certainty;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.Evaluation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The plots that are stored with a report. */
public final class ReportPlots {

  private static final int SHORT_VERSION = 12;

  private ReportPlots() {}

  /**
   * Draws them.
   *
   * @param length what errors were divided by, in words
   * @param curves errors by subset, the whole split first
   * @param certainty empty where the model gives no expected errors
   * @return SVG pictures by file name
   */
  public static Map<String, String> of(
      Evaluation report,
      String length,
      Map<String, ErrorDistribution> curves,
      Optional<Certainty> certainty) {
    String title = title(report);
    String subtitle = subtitle(report);
    Map<String, String> plots = new LinkedHashMap<>();
    plots.put("ced.svg", CedPlot.svg(title, subtitle, length, curves));
    certainty.ifPresent(
        told -> {
          plots.put("calibration.svg", CertaintyPlots.calibration(title, subtitle, told));
          plots.put("error-rejection.svg", CertaintyPlots.rejection(title, subtitle, length, told));
        });
    return plots;
  }

  private static String title(Evaluation report) {
    String version = report.getModelVersion();
    return report.getModelName()
        + " "
        + version.substring(0, Math.min(SHORT_VERSION, version.length()));
  }

  private static String subtitle(Evaluation report) {
    return "%s, %s, %s%s"
        .formatted(
            report.getDataset().getDataset().getName(),
            report.getDataset().getDataset().getSplit(),
            boxes(report.getBoxSource()),
            report.getPartial() ? ", partial: published numbers do not compare" : "");
  }

  private static String boxes(BoxSource source) {
    return switch (source) {
      case BOX_SOURCE_DETECTOR -> "boxes of the detector";
      case BOX_SOURCE_GIVEN -> "boxes of the annotation";
      case BOX_SOURCE_JITTERED -> "jittered boxes of the true landmarks";
      default -> "boxes of the true landmarks";
    };
  }
}
