package dev.facealign.evaluation.report;

import dev.facealign.platform.page.Html;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Interval;
import dev.facealign.v1.SubsetIntervals;
import dev.facealign.v1.SubsetMetrics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The figures: of the whole split large, of all subsets in a table, beside published ones. */
final class SummarySection {

  private SummarySection() {}

  static void write(Html html, Evaluation report) {
    tiles(html, report);
    subsets(html, report);
    published(html, report);
  }

  private static void tiles(Html html, Evaluation report) {
    SubsetMetrics whole = report.getSubsets(0);
    SubsetIntervals intervals = whole.getIntervals();
    html.open("section", "class", "tiles", "aria-label", "The whole split");
    tile(
        html,
        "NME",
        Words.percent(whole.getNme()),
        "%",
        intervals.hasNme() ? "95 %: " + Words.percent(intervals.getNme()) : "");
    tile(
        html,
        "Failures above 10 %",
        Words.percent(whole.getFrAt010()),
        "%",
        intervals.hasFrAt010() ? "95 %: " + Words.percent(intervals.getFrAt010()) : "");
    tile(
        html,
        "AUC up to 10 %",
        Words.number(whole.getAucAt010(), 4),
        "",
        intervals.hasAucAt010() ? "95 %: " + Words.interval(intervals.getAucAt010(), 4) : "");
    tile(
        html,
        "Faces",
        Words.count(whole.getFaces()),
        "",
        whole.getInvalid() == 0
            ? "all measured"
            : Words.count(whole.getInvalid()) + " invalid, listed below");
    html.close();
  }

  private static void tile(Html html, String name, String figure, String unit, String below) {
    html.open("div", "class", "tile")
        .element("span", name, "class", "name")
        .open("span", "class", "figure")
        .text(figure);
    if (!unit.isEmpty()) {
      html.element("small", "\u202F" + unit);
    }
    html.close().element("span", below, "class", "below").close();
  }

  private static void subsets(Html html, Evaluation report) {
    boolean ocular = report.getSubsets(0).hasNmeInterOcular();
    boolean pupil = report.getSubsets(0).hasNmeInterPupil();
    boolean flags = report.getSubsetsList().stream().anyMatch(SubsetMetrics::hasNmeOccluded);
    html.open("section", "class", "card", "id", "figures").element("h2", "Figures");
    html.open("div", "class", "scroll", "tabindex", "0").open("table").open("thead").open("tr");
    head(html, "Subset", "");
    head(html, "Faces", "num");
    if (ocular) {
      head(html, "NME inter-ocular, %", "num");
    }
    if (pupil) {
      head(html, "NME inter-pupil, %", "num");
    }
    head(html, "NME box diagonal, %", "num");
    head(html, "FR@8, %", "num");
    head(html, "FR@10, %", "num");
    head(html, "AUC@8", "num");
    head(html, "AUC@10", "num");
    head(html, "auc_fard2022", "num");
    if (flags) {
      head(html, "NME visible, %", "num");
      head(html, "NME occluded, %", "num");
    }
    html.close().close().open("tbody");
    for (int place = 0; place < report.getSubsetsCount(); place++) {
      SubsetMetrics subset = report.getSubsets(place);
      SubsetIntervals intervals = subset.getIntervals();
      Optional<Interval> ofNme = given(intervals.hasNme(), intervals.getNme());
      html.open("tr").open("th", "scope", "row").text(subset.getName());
      partial(html, report, place);
      html.close();
      html.open("td", "class", "num").text(Words.count(subset.getFaces()));
      if (subset.getInvalid() > 0) {
        html.element("small", Words.count(subset.getInvalid()) + " invalid");
      }
      html.close();
      dev.facealign.v1.Normaliser by = report.getNormaliser();
      if (ocular) {
        boolean main = by == dev.facealign.v1.Normaliser.NORMALISER_INTER_OCULAR;
        percent(html, subset.getNmeInterOcular(), main ? ofNme : Optional.empty(), main);
      }
      if (pupil) {
        boolean main = by == dev.facealign.v1.Normaliser.NORMALISER_INTER_PUPIL;
        percent(html, subset.getNmeInterPupil(), main ? ofNme : Optional.empty(), main);
      }
      boolean main = by == dev.facealign.v1.Normaliser.NORMALISER_BOX_DIAGONAL;
      percent(html, subset.getNmeBoxDiagonal(), main ? ofNme : Optional.empty(), main);
      percent(
          html, subset.getFrAt008(), given(intervals.hasFrAt008(), intervals.getFrAt008()), false);
      percent(
          html, subset.getFrAt010(), given(intervals.hasFrAt010(), intervals.getFrAt010()), false);
      area(html, subset.getAucAt008(), given(intervals.hasAucAt008(), intervals.getAucAt008()));
      area(html, subset.getAucAt010(), given(intervals.hasAucAt010(), intervals.getAucAt010()));
      area(
          html,
          subset.getAucFard2022(),
          given(intervals.hasAucFard2022(), intervals.getAucFard2022()));
      if (flags) {
        percent(
            html,
            subset.hasNmeVisible() ? subset.getNmeVisible() : Double.NaN,
            Optional.empty(),
            false);
        percent(
            html,
            subset.hasNmeOccluded() ? subset.getNmeOccluded() : Double.NaN,
            Optional.empty(),
            false);
      }
      html.close();
    }
    html.close().close().close();
    html.element(
            "p",
            "Small numbers: 95 % intervals, a bootstrap over the faces. FR: share of faces with a"
                + " larger error, predictions that are no numbers included. AUC@8 and AUC@10: area"
                + " under the cumulative error distribution. auc_fard2022: what Fard & Mahoor 2022"
                + " print as AUC; it is no area under that curve and ends at 0.95.",
            "class",
            "note")
        .close();
  }

  private static Optional<Interval> given(boolean has, Interval interval) {
    return has ? Optional.of(interval) : Optional.empty();
  }

  private static void percent(
      Html html, double fraction, Optional<Interval> interval, boolean strong) {
    html.open("td", "class", strong ? "num strong" : "num").text(Words.percent(fraction));
    interval.ifPresent(range -> html.element("small", Words.percent(range)));
    html.close();
  }

  private static void area(Html html, double area, Optional<Interval> interval) {
    html.open("td", "class", "num").text(Words.number(area, 4));
    interval.ifPresent(range -> html.element("small", Words.interval(range, 4)));
    html.close();
  }

  private static void head(Html html, String name, String style) {
    html.element("th", name, "scope", "col", "class", style);
  }

  /** A subset of a benchmark's that is not whole says so. */
  private static void partial(Html html, Evaluation report, int place) {
    int faces = report.getSubsets(place).getFaces();
    Optional<Benchmark> benchmark = Benchmark.of(report, place);
    int expected =
        benchmark
            .map(Benchmark::faces)
            .orElse(place == 0 ? report.getDataset().getExpectedFaces() : 0);
    if (faces < expected) {
      html.text(" ")
          .element(
              "span",
              "partial: " + Words.count(faces) + " of " + Words.count(expected),
              "class",
              "chip warn");
    }
  }

  private static void published(Html html, Evaluation report) {
    Map<Benchmark, Integer> ours = new EnumMap<>(Benchmark.class);
    for (int place = 0; place < report.getSubsetsCount(); place++) {
      int at = place;
      Benchmark.of(report, place).ifPresent(benchmark -> ours.putIfAbsent(benchmark, at));
    }
    List<PublishedResult> results =
        PublishedResult.ALL.stream()
            .filter(result -> ours.keySet().stream().anyMatch(b -> result.of(b).isPresent()))
            .toList();
    if (results.isEmpty()) {
      return;
    }
    html.open("section", "class", "card", "id", "published")
        .element("h2", "Beside published figures");
    if (report.getPartial()) {
      html.open("p", "class", "warning")
          .element("strong", "These do not compare. ")
          .text(
              "This copy of the dataset has "
                  + Words.partial(report)
                  + "; the published figures are of all of them.")
          .close();
    }
    html.open("div", "class", "scroll", "tabindex", "0").open("table").open("thead").open("tr");
    html.element("th", "Model", "scope", "col", "rowspan", "2");
    ours.keySet()
        .forEach(
            benchmark ->
                html.element(
                    "th",
                    benchmark.title(),
                    "scope",
                    "colgroup",
                    "colspan",
                    "3",
                    "class",
                    "group"));
    html.close().open("tr");
    ours.keySet()
        .forEach(
            benchmark -> {
              html.element("th", "NME, %", "scope", "col", "class", "num first");
              head(html, "FR@10, %", "num");
              head(html, "auc_fard2022", "num");
            });
    html.close().close().open("tbody");
    html.open("tr", "class", "ours")
        .open("th", "scope", "row")
        .text(Words.model(report))
        .element("small", report.getPartial() ? "measured here, partial" : "measured here")
        .close();
    ours.forEach(
        (benchmark, place) -> {
          SubsetMetrics subset = report.getSubsets(place);
          cells(
              html,
              Words.percent(subset.getNmeInterOcular()),
              Words.percent(subset.getFrAt010()),
              Words.number(subset.getAucFard2022(), 4));
        });
    html.close();
    for (PublishedResult result : results) {
      html.open("tr")
          .open("th", "scope", "row")
          .text(result.model())
          .element("small", "published, " + result.source())
          .close();
      for (Benchmark benchmark : ours.keySet()) {
        Optional<PublishedResult.Figures> figures = result.of(benchmark);
        cells(
            html,
            figures.map(f -> Words.number(f.nme(), 2)).orElse(Words.NONE),
            figures.map(f -> Words.number(f.failureRate(), 2)).orElse(Words.NONE),
            figures.map(f -> Words.number(f.auc(), 4)).orElse(Words.NONE));
      }
      html.close();
    }
    html.close().close().close();
    html.element(
            "p",
            "Published rows are as the papers print them; nobody measured them here. They are of"
                + " crops around the true landmarks.",
            "class",
            "note")
        .close();
  }

  private static void cells(Html html, String nme, String failureRate, String auc) {
    html.element("td", nme, "class", "num first")
        .element("td", failureRate, "class", "num")
        .element("td", auc, "class", "num");
  }
}
