package dev.facealign.evaluation.report;

import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.page.Html;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.SubsetMetrics;
import java.util.List;

/** All reports, newest first. */
final class IndexPage {

  /** Older ones are still found by their identifiers. */
  private static final int MOST_ROWS = 1000;

  private IndexPage() {}

  static void write(Html html, List<Evaluation> reports) {
    html.open("header")
        .element("h1", "Evaluations")
        .element(
            "p",
            reports.isEmpty()
                ? "None yet. `facealign evaluate --dataset NAME` makes one."
                : Words.count(reports.size(), "report") + ", newest first.",
            "class",
            "lead")
        .close();
    if (reports.isEmpty()) {
      return;
    }
    html.open("section", "class", "card")
        .open("div", "class", "scroll", "tabindex", "0")
        .open("table", "class", "index")
        .open("thead")
        .open("tr");
    for (String column : List.of("Ended", "Model", "Dataset")) {
      html.element("th", column, "scope", "col");
    }
    for (String column : List.of("Faces", "NME, %", "FR@10, %", "AUC@10")) {
      html.element("th", column, "scope", "col", "class", "num");
    }
    html.element("th", "", "scope", "col").close().close().open("tbody");
    reports.stream().limit(MOST_ROWS).forEach(report -> row(html, report));
    html.close().close().close();
    if (reports.size() > MOST_ROWS) {
      html.element("p", Words.count(reports.size() - MOST_ROWS) + " older ones.", "class", "note");
    }
    html.close();
  }

  private static void row(Html html, Evaluation report) {
    // Identifiers are part of the path; nothing in them needs another escape than HTML's.
    String link = "/reports/" + report.getEvaluationId();
    html.open("tr");
    html.open("td", "class", "when")
        .element("a", Words.time(Contracts.instant(report.getCreatedAt())), "href", link)
        .close();
    html.open("th", "scope", "row")
        .text(report.getModelName().isEmpty() ? "" : report.getModelName() + " ")
        .element("code", Words.version(report.getModelVersion()))
        .close();
    html.open("td").text(Words.dataset(report)).text(" ");
    if (report.getPartial()) {
      html.element("span", "partial: " + Words.partial(report), "class", "chip warn");
    }
    if (report.getPromotion().getPromoted()) {
      html.text(" ").element("span", "promoted", "class", "chip good");
    }
    html.close();
    SubsetMetrics whole =
        report.getSubsetsCount() == 0 ? SubsetMetrics.getDefaultInstance() : report.getSubsets(0);
    html.open("td", "class", "num").text(Words.count(whole.getFaces()));
    if (whole.getInvalid() > 0) {
      html.element("small", Words.count(whole.getInvalid()) + " invalid");
    }
    html.close();
    html.open("td", "class", "num strong").text(Words.percent(whole.getNme()));
    if (whole.getIntervals().hasNme()) {
      html.element("small", Words.percent(whole.getIntervals().getNme()));
    }
    html.close();
    html.element("td", Words.percent(whole.getFrAt010()), "class", "num")
        .element("td", Words.number(whole.getAucAt010(), 4), "class", "num")
        .open("td", "class", "links")
        .element("a", "JSON", "href", link + ".json")
        .close()
        .close();
  }
}
