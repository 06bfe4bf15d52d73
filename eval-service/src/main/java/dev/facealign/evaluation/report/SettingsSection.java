package dev.facealign.evaluation.report;

import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.page.Html;
import dev.facealign.v1.BoxJitter;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.Evaluation;

/** What was measured with what, so that it can be measured again. */
final class SettingsSection {

  private SettingsSection() {}

  static void write(Html html, Evaluation report) {
    DatasetFingerprint dataset = report.getDataset();
    html.open("section", "class", "card", "id", "settings")
        .element("h2", "Settings and fingerprints")
        .open("dl", "class", "settings");
    if (!report.getModelName().isEmpty()) {
      row(html, "Model", report.getModelName());
    }
    code(html, "Model version", report.getModelVersion());
    row(html, "Dataset", dataset.getDataset().getName());
    row(html, "Split", dataset.getDataset().getSplit());
    row(
        html,
        "Faces",
        Words.count(dataset.getFaces())
            + (dataset.getExpectedFaces() > 0
                ? " of "
                    + Words.count(dataset.getExpectedFaces())
                    + " that the split has when whole"
                : ""));
    code(html, "Faces\u2019 SHA-256", dataset.getSha256());
    row(html, "Landmark scheme", report.getScheme());
    row(html, "Errors divided by", Words.length(report.getNormaliser()));
    row(html, "Looked in", Words.boxes(report.getBoxSource()) + jitter(report));
    if (report.getTrainedBoxSource() != BoxSource.BOX_SOURCE_UNSPECIFIED) {
      row(html, "Trained in", Words.boxes(report.getTrainedBoxSource()));
    }
    row(html, "Speed", Words.number(report.getFacesPerSecond(), 1) + " faces/s");
    row(html, "Ended", Words.time(Contracts.instant(report.getCreatedAt())));
    code(html, "Report", report.getEvaluationId());
    html.close().close();
  }

  private static String jitter(Evaluation report) {
    if (!report.hasBoxJitter()) {
      return "";
    }
    BoxJitter jitter = report.getBoxJitter();
    return ": shift "
        + Words.number(jitter.getShiftShare(), 3)
        + ", scale "
        + Words.number(jitter.getScaleShare(), 3)
        + ", seed "
        + jitter.getSeed();
  }

  private static void row(Html html, String name, String value) {
    html.element("dt", name).element("dd", value);
  }

  private static void code(Html html, String name, String value) {
    html.element("dt", name).open("dd").element("code", value).close();
  }
}
