package dev.facealign.evaluation.report;

import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.page.Html;
import dev.facealign.platform.page.Page;
import dev.facealign.v1.Evaluation;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Makes the pages of evaluations, each one file that needs no other.
 *
 * <p>A page is made when it is asked for and kept nowhere: reports of all ages have the newest
 * page, and no picture of a dataset, whose owner may not allow it, gets into the store. The price
 * is that the dataset is read once more; where it is gone or another one today, the page has all
 * that the report itself has.
 */
@Singleton
final class EvaluationPages {

  private final DatasetCatalog datasets;
  private final Page page;

  EvaluationPages(DatasetCatalog datasets) {
    this.datasets = datasets;
    this.page = new Page();
  }

  /**
   * The page of a report.
   *
   * @param report with its faces
   * @return HTML
   */
  String of(Evaluation report) {
    if (report.getSubsetsCount() == 0) {
      throw new IllegalArgumentException(
          "subsets of report " + report.getEvaluationId() + ": 0 (expected: the whole split)");
    }
    ShownFaces faces = ShownFaces.of(report);
    Truth truth = TruthReader.read(datasets, report, faces);
    LandmarkScheme scheme = scheme(report, truth);
    Html html = page.begin(Words.model(report) + " on " + Words.dataset(report));
    head(html, report, truth);
    SummarySection.write(html, report);
    html.open("div", "class", "columns");
    CedSection.write(html, report, truth);
    RegionSection.write(html, report, scheme, truth);
    html.close();
    CertaintySection.write(html, report);
    PoseSection.write(html, report, truth);
    DecisionSection.write(html, report);
    new FacesSection(html, report, scheme, truth).write(faces);
    SettingsSection.write(html, report);
    return page.end(html);
  }

  /**
   * The list of reports.
   *
   * @param reports newest first, faces not needed
   * @return HTML
   */
  String index(List<Evaluation> reports) {
    Html html = page.begin("Evaluations");
    IndexPage.write(html, reports);
    return page.end(html);
  }

  private static void head(Html html, Evaluation report, Truth truth) {
    html.open("header").element("p", "Evaluation", "class", "kicker");
    html.open("h1")
        .text(
            report.getModelName().isEmpty()
                ? Words.version(report.getModelVersion())
                : report.getModelName())
        .text(" ")
        .element("span", "on " + Words.dataset(report), "class", "on")
        .close();
    html.open("p", "class", "lead")
        .element("code", Words.version(report.getModelVersion()))
        .text(" \u00b7 " + Words.time(Contracts.instant(report.getCreatedAt())))
        .close();
    html.open("p", "class", "chips");
    if (report.getPartial()) {
      html.element("span", "partial: " + Words.partial(report), "class", "chip warn");
    }
    if (report.getPromotion().getPromoted()) {
      html.element("span", "promoted to champion", "class", "chip good");
    }
    html.element("span", "in " + Words.boxes(report.getBoxSource()), "class", "chip");
    html.element("span", report.getScheme() + " points scheme", "class", "chip");
    html.element("span", Words.unit(report.getNormaliser()), "class", "chip");
    html.close();
    if (report.getTrainedBoxSource() != dev.facealign.v1.BoxSource.BOX_SOURCE_UNSPECIFIED
        && report.getTrainedBoxSource() != report.getBoxSource()) {
      html.open("p", "class", "warning")
          .element("strong", "Other boxes than in training. ")
          .text(
              "The model was trained in "
                  + Words.boxes(report.getTrainedBoxSource())
                  + " and measured in "
                  + Words.boxes(report.getBoxSource())
                  + "; errors are larger for it.")
          .close();
    }
    if (truth instanceof Truth.Missing missing) {
      html.open("p", "class", "warning")
          .element("strong", "Without the dataset. ")
          .text("Pictures, true points and poses are left out: " + missing.reason())
          .close();
    }
    html.close();
  }

  private static LandmarkScheme scheme(Evaluation report, Truth truth) {
    if (truth instanceof Truth.Known known) {
      return known.scheme();
    }
    int points = Math.max(1, report.getSubsets(0).getLandmarkNmeCount());
    return LandmarkScheme.shipped(report.getScheme())
        .filter(scheme -> scheme.count() == points)
        .orElseGet(() -> LandmarkScheme.unnamed("unnamed", points));
  }
}
