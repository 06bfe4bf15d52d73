package dev.facealign.evaluation.report;

import dev.facealign.platform.page.Chart;
import dev.facealign.platform.page.Html;
import dev.facealign.v1.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Errors by how the head is turned, by the true points. */
final class PoseSection {

  private static final double BIN_DEGREES = 15;
  private static final double LARGEST_DEGREES = 90;
  private static final double SHOWN_SHARE = 0.98;

  private PoseSection() {}

  static void write(Html html, Evaluation report, Truth truth) {
    if (!(truth instanceof Truth.Known known) || known.poses().isEmpty()) {
      return;
    }
    List<Truth.PosedFace> faces = known.poses();
    html.open("section", "class", "card", "id", "pose").element("h2", "Error by head pose");
    html.open("div", "class", "triple");
    Chart.Axis errors =
        Chart.Axis.upTo("NME, %", Math.max(1, 100 * quantile(faces, SHOWN_SHARE) * 1.1));
    plot(html, "Yaw", "yaw, degrees (right: +)", errors, faces, face -> face.pose().yaw());
    plot(html, "Pitch", "pitch, degrees (up: +)", errors, faces, face -> face.pose().pitch());
    plot(html, "Roll", "roll, degrees (clockwise: +)", errors, faces, face -> face.pose().roll());
    html.close();
    String some =
        faces.size() < report.getSubsets(0).getFaces() - report.getSubsets(0).getInvalid()
            ? Words.count(faces.size()) + " of the faces, evenly chosen. "
            : "";
    html.element(
            "p",
            some
                + "Each small dot is a face, each large one the mean of the faces within 15\u00b0,"
                + " with their number above. Poses are of the true points. Errors above the plot"
                + " are drawn at its edge.",
            "class",
            "note")
        .close();
  }

  private static double quantile(List<Truth.PosedFace> faces, double share) {
    double[] sorted = faces.stream().mapToDouble(Truth.PosedFace::nme).sorted().toArray();
    return sorted[(int) (share * (sorted.length - 1))];
  }

  private static void plot(
      Html html,
      String name,
      String title,
      Chart.Axis errors,
      List<Truth.PosedFace> faces,
      ToDoubleFunction<Truth.PosedFace> angle) {
    double widest =
        faces.stream().mapToDouble(face -> Math.abs(angle.applyAsDouble(face))).max().orElse(0);
    double to =
        Math.min(LARGEST_DEGREES, Math.max(30, BIN_DEGREES * Math.ceil(widest / BIN_DEGREES)));
    html.open("figure");
    Chart chart =
        new Chart(
            html, "NME by " + name, new Chart.Axis(title, -to, to, to <= 45 ? 15 : 30, 0), errors);
    List<Truth.PosedFace> inside =
        faces.stream().filter(face -> Math.abs(angle.applyAsDouble(face)) <= to).toList();
    chart.cloud(
        "c0",
        inside.stream().mapToDouble(angle).toArray(),
        inside.stream().mapToDouble(face -> 100 * face.nme()).toArray());
    bins(chart, inside, angle, to);
    chart.close();
    html.element("figcaption", name).close();
  }

  private static void bins(
      Chart chart,
      List<Truth.PosedFace> faces,
      ToDoubleFunction<Truth.PosedFace> angle,
      double to) {
    // Bins lie around 0, so that a face that looks straight on is in the middle of one.
    int half = (int) Math.ceil(to / BIN_DEGREES);
    List<double[]> means = new ArrayList<>();
    for (int bin = -half; bin <= half; bin++) {
      double middle = bin * BIN_DEGREES;
      double[] errors =
          faces.stream()
              .filter(
                  face -> {
                    double off = angle.applyAsDouble(face) - middle;
                    return off >= -BIN_DEGREES / 2 && off < BIN_DEGREES / 2;
                  })
              .mapToDouble(face -> 100 * face.nme())
              .toArray();
      if (errors.length > 0) {
        double sum = 0;
        for (double error : errors) {
          sum += error;
        }
        means.add(new double[] {middle, sum / errors.length, errors.length});
      }
    }
    chart.curve(
        "c1",
        means.stream().mapToDouble(mean -> mean[0]).toArray(),
        means.stream().mapToDouble(mean -> mean[1]).toArray());
    for (double[] mean : means) {
      chart.dot(
          "c1",
          mean[0],
          mean[1],
          Words.number(mean[0], 0)
              + "\u00b0: NME "
              + Words.number(mean[1], 2)
              + " %, "
              + Words.count((long) mean[2], "face"));
      chart.text(chart.px(mean[0]), Chart.TOP - 4, "middle", "count", Words.count((long) mean[2]));
    }
  }
}
