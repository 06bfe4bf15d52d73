package dev.facealign.evaluation.report;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.page.Html;
import dev.facealign.platform.page.Outline;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.RegionError;
import dev.facealign.v1.SubsetMetrics;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where in the face errors are: points on the mean face, parts as bars, all points as a table. */
final class RegionSection {

  private static final double SIZE = 320;
  private static final double MARGIN = 24;

  private RegionSection() {}

  static void write(Html html, Evaluation report, LandmarkScheme scheme, Truth truth) {
    SubsetMetrics whole = report.getSubsets(0);
    if (whole.getLandmarkNmeCount() == 0) {
      return;
    }
    List<Double> errors = whole.getLandmarkNmeList();
    Heat heat =
        new Heat(
            errors.stream().mapToDouble(Double::doubleValue).min().orElse(0),
            errors.stream().mapToDouble(Double::doubleValue).max().orElse(1));
    boolean known = truth instanceof Truth.Known;
    List<Double> mean =
        truth instanceof Truth.Known dataset
            ? dataset.meanShape()
            : NormalisedShape.meanOfPredictions(report);
    html.open("section", "class", "card", "id", "regions").element("h2", "Where errors are");
    html.open("div", "class", "pair");
    if (mean.size() == 2 * errors.size()) {
      html.open("figure");
      face(html, scheme, mean, errors, heat);
      scale(html, heat);
      html.element(
              "figcaption",
              (known ? "Mean of the true shapes. " : "Mean of the predicted shapes. ")
                  + "Colour and size: mean error of the point, "
                  + Words.unit(report.getNormaliser())
                  + ".")
          .close();
    }
    regions(html, whole, heat);
    html.close();
    table(html, scheme, errors);
    html.close();
  }

  private static void face(
      Html html, LandmarkScheme scheme, List<Double> mean, List<Double> errors, Heat heat) {
    Frame frame = Frame.of(mean, SIZE, MARGIN);
    html.open(
        "svg",
        "viewBox",
        "0 0 " + Words.px(SIZE) + " " + Words.px(frame.height()),
        "class",
        "meanface",
        "role",
        "img",
        "aria-label",
        "Mean error of each point, on the mean face");
    html.shape("path", "class", "outline", "d", Outline.path(scheme, frame.map(mean)));
    double[] points = frame.map(mean);
    Map<Integer, String> parts = parts(scheme);
    for (int m = 0; m < errors.size(); m++) {
      double error = errors.get(m);
      html.open(
              "circle",
              "cx",
              Words.px(points[2 * m]),
              "cy",
              Words.px(points[2 * m + 1]),
              "r",
              Words.px(3.4 + 3.6 * heat.place(error)),
              "fill",
              heat.colour(error),
              "class",
              "point")
          .element(
              "title",
              "point " + m + parts.getOrDefault(m, "") + ": " + Words.percent(error) + " %")
          .close();
    }
    html.close();
  }

  private static Map<Integer, String> parts(LandmarkScheme scheme) {
    Map<Integer, String> parts = new HashMap<>();
    scheme
        .regions()
        .forEach(
            (name, region) -> {
              for (int m : region.points()) {
                parts.put(m, ", " + name);
              }
            });
    return parts;
  }

  private static void scale(Html html, Heat heat) {
    html.open("div", "class", "scale").element("span", Words.percent(heat.low()) + " %");
    html.open("svg", "viewBox", "0 0 100 8", "preserveAspectRatio", "none", "aria-hidden", "true");
    for (int i = 0; i < 50; i++) {
      html.shape(
          "rect",
          "x",
          Words.px(2 * i),
          "width",
          "2.2",
          "height",
          "8",
          "fill",
          Heat.at((i + 0.5) / 50));
    }
    html.close().element("span", Words.percent(heat.high()) + " %").close();
  }

  private static void regions(Html html, SubsetMetrics whole, Heat heat) {
    List<RegionError> regions =
        whole.getRegionsList().stream()
            .sorted(Comparator.comparingDouble(RegionError::getNme).reversed())
            .toList();
    if (regions.isEmpty()) {
      return;
    }
    double largest = Math.max(regions.get(0).getNme(), 1e-9);
    html.open("table", "class", "bars")
        .element("caption", "Mean error of each part, %")
        .open("tbody");
    for (RegionError region : regions) {
      html.open("tr").element("th", region.getName(), "scope", "row").open("td", "class", "bar");
      html.open(
          "svg", "viewBox", "0 0 100 10", "preserveAspectRatio", "none", "aria-hidden", "true");
      html.shape(
          "rect",
          "width",
          Words.px(100 * region.getNme() / largest),
          "height",
          "10",
          "rx",
          "1",
          "fill",
          heat.colour(region.getNme()));
      html.close().close().element("td", Words.percent(region.getNme()), "class", "num").close();
    }
    html.close().close();
  }

  private static void table(Html html, LandmarkScheme scheme, List<Double> errors) {
    Map<Integer, String> parts = parts(scheme);
    html.open("details")
        .element("summary", "Every point")
        .open("div", "class", "scroll tall", "tabindex", "0")
        .open("table", "class", "sortable", "id", "points")
        .open("thead")
        .open("tr");
    for (String column : List.of("Point", "Part", "Mean error, %")) {
      html.open("th", "scope", "col", "class", column.equals("Part") ? "" : "num")
          .element("button", column, "type", "button")
          .close();
    }
    html.close().close().open("tbody");
    for (int m = 0; m < errors.size(); m++) {
      String part = parts.getOrDefault(m, "");
      html.open("tr")
          .element("td", Integer.toString(m), "class", "num")
          .element("td", part.isEmpty() ? Words.NONE : part.substring(2))
          .element("td", Words.percent(errors.get(m)), "class", "num")
          .close();
    }
    html.close().close().close().close();
  }
}
