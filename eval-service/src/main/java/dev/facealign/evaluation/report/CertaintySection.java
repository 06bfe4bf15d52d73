package dev.facealign.evaluation.report;

import dev.facealign.platform.page.Chart;
import dev.facealign.platform.page.Html;
import dev.facealign.v1.CalibrationBin;
import dev.facealign.v1.CertaintyFigures;
import dev.facealign.v1.ErrorRejection;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import java.util.stream.IntStream;

/** How well the model knows its own errors. */
final class CertaintySection {

  private static final int REJECTED_STEP_PERCENT = 5;

  private CertaintySection() {}

  static void write(Html html, Evaluation report) {
    if (!report.hasCertainty() || report.getCertainty().getBinsCount() == 0) {
      return;
    }
    CertaintyFigures certainty = report.getCertainty();
    html.open("section", "class", "card", "id", "certainty")
        .element("h2", "Does the model know its errors?");
    html.open("div", "class", "pair");
    calibration(html, certainty);
    rejection(html, report);
    html.close();
    html.open("dl", "class", "facts");
    fact(html, "Calibration error", Words.percent(certainty.getCalibrationError()) + " %");
    fact(html, "Expected, mean", Words.percent(certainty.getMeanExpectedError()) + " %");
    fact(html, "Observed, mean", Words.percent(certainty.getMeanError()) + " %");
    fact(html, "Rank correlation, points", Words.number(certainty.getPointRankCorrelation(), 3));
    fact(html, "Rank correlation, faces", Words.number(certainty.getFaceRankCorrelation(), 3));
    if (certainty.getFaces() > 0) {
      fact(html, "Faces", Words.count(certainty.getFaces()));
    }
    html.close();
    html.element(
            "p",
            "Expected and observed errors are in per cent of the diagonal of the box that the"
                + " points were looked for in; the right plot's in "
                + Words.unit(report.getNormaliser())
                + ".",
            "class",
            "note")
        .close();
  }

  static void fact(Html html, String name, String value) {
    html.open("div").element("dt", name).element("dd", value).close();
  }

  private static void calibration(Html html, CertaintyFigures certainty) {
    double[] expected =
        certainty.getBinsList().stream().mapToDouble(b -> 100 * b.getExpectedError()).toArray();
    double[] observed =
        certainty.getBinsList().stream().mapToDouble(b -> 100 * b.getObservedError()).toArray();
    double largest =
        Math.max(
            IntStream.range(0, expected.length).mapToDouble(i -> expected[i]).max().orElse(1),
            IntStream.range(0, observed.length).mapToDouble(i -> observed[i]).max().orElse(1));
    html.open("figure");
    Chart chart =
        new Chart(
            html,
            "Calibration: observed error by expected error",
            Chart.Axis.upTo("expected error, %", 1.05 * largest),
            Chart.Axis.upTo("observed error, %", 1.05 * largest));
    chart.curve("ideal", new double[] {0, 1.05 * largest}, new double[] {0, 1.05 * largest});
    chart.curve("c0", expected, observed);
    for (int i = 0; i < expected.length; i++) {
      CalibrationBin bin = certainty.getBins(i);
      chart.dot(
          "c0",
          expected[i],
          observed[i],
          "expected "
              + Words.percent(bin.getExpectedError())
              + " %, observed "
              + Words.percent(bin.getObservedError())
              + " %, "
              + Words.count(bin.getPoints(), "point"));
    }
    chart.close();
    html.open("figcaption")
        .element("strong", "Calibration. ")
        .text(
            "Each dot: a tenth of the points, equally sure. On the dashed line, the model expects"
                + " what is observed.")
        .close()
        .close();
  }

  private static void rejection(Html html, Evaluation report) {
    ErrorRejection rejection = report.getCertainty().getRejection();
    double[] kept = rejection.getNmeOfKeptList().stream().mapToDouble(e -> 100 * e).toArray();
    if (kept.length == 0) {
      return;
    }
    double[] share =
        IntStream.range(0, kept.length).mapToDouble(i -> REJECTED_STEP_PERCENT * i).toArray();
    double[] oracle = oracle(report, kept.length);
    double chance = 100 * rejection.getAreaOfChance();
    double largest = IntStream.range(0, kept.length).mapToDouble(i -> kept[i]).max().orElse(1);
    html.open("figure");
    Chart chart =
        new Chart(
            html,
            "Error of the kept faces by the share of rejected ones",
            new Chart.Axis("faces rejected, most uncertain first, %", 0, 100, 20, 0),
            Chart.Axis.upTo("NME of the kept faces, %", 1.05 * Math.max(largest, chance)));
    chart.curve("ideal", new double[] {0, 95}, new double[] {chance, chance});
    if (oracle.length == kept.length) {
      chart.curve("c2", share, oracle);
    }
    chart.curve("c0", share, kept);
    for (int i = 0; i < kept.length; i++) {
      chart.dot(
          "c0",
          share[i],
          kept[i],
          Words.number(share[i], 0)
              + " % rejected: NME "
              + Words.number(kept[i], 2)
              + " %"
              + (i < rejection.getLimitCount()
                  ? ", limit " + Words.percent(rejection.getLimit(i)) + " % of the box"
                  : ""));
    }
    chart.close();
    html.open("figcaption").element("strong", "Error and rejection. ");
    html.element("i", "", "class", "key c0").text("by the model\u2019s certainty (area ");
    html.text(Words.percent(rejection.getArea()) + " %), ");
    html.element("i", "", "class", "key c2").text("by the true error (");
    html.text(Words.percent(rejection.getAreaOfOracle()) + " %), ");
    html.element("i", "", "class", "key ideal").text("at random (");
    html.text(Words.percent(rejection.getAreaOfChance()) + " %).").close().close();
  }

  /** The lowest errors that rejection could reach on the same faces. */
  private static double[] oracle(Evaluation report, int steps) {
    double[] errors =
        report.getFacesList().stream()
            .filter(face -> face.hasNme() && face.getExpectedErrorCount() > 0)
            .mapToDouble(FaceResult::getNme)
            .sorted()
            .toArray();
    if (errors.length == 0) {
      return new double[0];
    }
    double[] sums = new double[errors.length + 1];
    for (int i = 0; i < errors.length; i++) {
      sums[i + 1] = sums[i] + errors[i];
    }
    double[] kept = new double[steps];
    for (int i = 0; i < steps; i++) {
      int rejected = (int) ((long) i * REJECTED_STEP_PERCENT * errors.length / 100);
      int left = Math.max(1, errors.length - rejected);
      kept[i] = 100 * sums[left] / left;
    }
    return kept;
  }
}
