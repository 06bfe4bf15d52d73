package dev.facealign.evaluation.report;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.platform.page.Chart;
import dev.facealign.platform.page.Html;
import dev.facealign.protocol.Protocol;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import dev.facealign.v1.SubsetMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Cumulative error distributions, values where the pointer is. */
final class CedSection {

  /** As many colours are told apart. */
  private static final int MOST_CURVES = 7;

  private static final int LARGEST_PERCENT = 10;
  private static final int STEPS = 100;

  /** A subset's share of faces with at most an error of 0, 0.1, 0.2, ... 10 %, per cent. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Curve(String name, double[] shares) {}

  private CedSection() {}

  static void write(Html html, Evaluation report, Truth truth) {
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < report.getSubsetsCount() && curves.size() < MOST_CURVES; i++) {
      curve(report, truth, i).ifPresent(curves::add);
    }
    if (curves.isEmpty()) {
      return;
    }
    double[] errors = new double[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      errors[i] = (double) LARGEST_PERCENT * i / STEPS;
    }
    html.open("section", "class", "card", "id", "ced")
        .element("h2", "Cumulative error distribution");
    html.open("div", "class", "plot", "data-ced", data(curves));
    Chart chart =
        new Chart(
            html,
            "Share of faces with at most an error, for each subset",
            new Chart.Axis("NME, " + Words.unit(report.getNormaliser()), 0, LARGEST_PERCENT, 1, 0),
            new Chart.Axis("faces with at most this NME, %", 0, 100, 20, 0));
    for (int i = curves.size() - 1; i >= 0; i--) {
      chart.curve("c" + i + (i == 0 ? " main" : ""), errors, curves.get(i).shares());
    }
    chart.close();
    html.element("output", "", "class", "tip", "hidden", "").close();
    html.open("ul", "class", "legend");
    for (int i = 0; i < curves.size(); i++) {
      html.open("li").element("i", "", "class", "key c" + i).text(curves.get(i).name()).close();
    }
    html.close();
    int left = report.getSubsetsCount() - curves.size();
    if (left > 0) {
      html.element("p", Words.count(left, "more subset") + " in the table above.", "class", "note");
    }
    html.close();
  }

  private static Optional<Curve> curve(Evaluation report, Truth truth, int place) {
    SubsetMetrics subset = report.getSubsets(place);
    double[] errors = new double[report.getFacesCount()];
    int valid = 0;
    int faces = 0;
    for (int i = 0; i < report.getFacesCount(); i++) {
      FaceResult face = report.getFaces(i);
      if (place == 0 || belongs(split(truth, face, i), subset.getName())) {
        faces++;
        if (face.hasNme()) {
          errors[valid++] = face.getNme();
        }
      }
    }
    if (valid == 0 || faces != subset.getFaces()) {
      // The folder of a face is not always in its name, and the dataset is gone.
      return Optional.empty();
    }
    double[] sorted = Arrays.copyOf(errors, valid);
    Arrays.sort(sorted);
    int counted = counted(sorted, subset);
    double[] shares = new double[STEPS + 1];
    int at = 0;
    for (int i = 0; i <= STEPS; i++) {
      double limit = LARGEST_PERCENT / 100.0 * i / STEPS;
      while (at < valid && sorted[at] <= limit) {
        at++;
      }
      shares[i] = 100.0 * at / counted;
    }
    return Optional.of(new Curve(subset.getName(), shares));
  }

  /**
   * Faces that count: the valid ones and those whose prediction failed, but not those whose truth
   * has no length. A report's faces do not tell the two apart; its failure rate does.
   */
  private static int counted(double[] sorted, SubsetMetrics subset) {
    int valid = sorted.length;
    long within = Arrays.stream(sorted).filter(error -> error <= 0.10).count();
    double passed = 1 - subset.getFrAt010();
    int counted = passed > 0 ? (int) Math.round(within / passed) : valid + subset.getInvalid();
    return Math.max(valid, Math.min(valid + subset.getInvalid(), counted));
  }

  private static String split(Truth truth, FaceResult face, int place) {
    if (truth instanceof Truth.Known known) {
      return known.splits().get(place);
    }
    String id = face.getFaceId();
    return id.substring(0, Math.max(0, id.lastIndexOf('/')));
  }

  private static boolean belongs(String split, String subset) {
    return split.equals(subset)
        || Protocol.W300_FULL.parts().stream()
            .anyMatch(part -> part.split().equals(subset) && part.holds(split));
  }

  /** For the page's script: names and values of the curves as JSON. */
  private static String data(List<Curve> curves) {
    ListValue.Builder list = ListValue.newBuilder();
    for (Curve curve : curves) {
      ListValue.Builder shares = ListValue.newBuilder();
      for (double share : curve.shares()) {
        shares.addValues(Value.newBuilder().setNumberValue(Math.round(10 * share) / 10.0));
      }
      Struct.Builder fields =
          Struct.newBuilder()
              .putFields("name", Value.newBuilder().setStringValue(curve.name()).build())
              .putFields("shares", Value.newBuilder().setListValue(shares).build());
      list.addValues(Value.newBuilder().setStructValue(fields));
    }
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(list);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("names and finite numbers are JSON", e);
    }
  }
}
