package dev.facealign.trainer.page;

import dev.facealign.platform.page.Figures;
import dev.facealign.platform.page.Html;
import dev.facealign.platform.page.Page;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.TrainingJobStatus;
import java.util.List;

/** All jobs, newest first. */
final class RunIndexPage {
  /** Older ones are still found by their identifiers. */
  private static final int MOST_ROWS = 300;

  private final Page page;

  RunIndexPage(Page page) {
    this.page = page;
  }

  /**
   * The page as HTML.
   *
   * @param jobs newest first
   */
  String of(List<JobRecord> jobs) {
    Html html = page.begin("Training runs");
    html.open("header")
        .element("h1", "Training runs")
        .element(
            "p",
            jobs.isEmpty() ? "None yet." : Figures.count(jobs.size()) + ", newest first.",
            "class",
            "lead")
        .close();
    html.open("section", "class", "card")
        .open("div", "class", "scroll", "tabindex", "0")
        .open("table", "class", "index")
        .open("thead")
        .open("tr");
    for (String column : List.of("Queued", "Job", "Model", "State")) {
      html.element("th", column, "scope", "col");
    }
    html.element("th", "Epochs", "scope", "col", "class", "num")
        .element("th", "Best NME, %", "scope", "col", "class", "num")
        .close()
        .close()
        .open("tbody");
    jobs.stream().limit(MOST_ROWS).map(JobRecord::status).forEach(job -> row(html, job));
    html.close().close().close().close();
    return page.end(html);
  }

  private static void row(Html html, TrainingJobStatus job) {
    EpochCompleted epoch = job.getLatestEpoch();
    String jobId = job.getJob().getJobId();
    html.open("tr")
        .element("td", RunWords.queued(job), "class", "when")
        .open("td")
        .element("a", jobId, "href", RunWords.path(jobId))
        .close()
        .element("td", job.getJob().getModelName())
        .element("td", RunWords.state(job))
        .element(
            "td",
            job.hasLatestEpoch() ? epoch.getEpoch() + " of " + epoch.getEpochs() : Figures.NONE,
            "class",
            "num")
        .element(
            "td",
            job.hasLatestEpoch()
                ? Figures.number(100 * epoch.getBestValidationNme(), 2)
                : Figures.NONE,
            "class",
            "num strong")
        .close();
  }
}
