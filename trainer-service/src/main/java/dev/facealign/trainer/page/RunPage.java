package dev.facealign.trainer.page;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.page.Figures;
import dev.facealign.platform.page.Html;
import dev.facealign.platform.page.Page;
import dev.facealign.trainer.sample.SampleArchive;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.JobState;
import dev.facealign.v1.TrainingJobStatus;
import java.util.List;

/** A job's page: where it stands, its course and its settings. It renews itself while it runs. */
final class RunPage {
  private final Page page;
  private final SampleArchive archive;

  RunPage(Page page, SampleArchive archive) {
    this.page = page;
    this.archive = archive;
  }

  /** The page as HTML. */
  String of(Run run) {
    TrainingJobStatus job = run.status();
    String name = job.getJob().getModelName();
    String heading = name.isEmpty() ? run.jobId() : name;
    String title = heading + ", " + RunWords.state(job);
    Html html =
        run.isOver()
            ? page.begin(title)
            : page.beginLive(title, RunWords.path(run.jobId()) + ".json");
    head(html, heading, run);
    if (!run.epochs().isEmpty()) {
      tiles(html, job, run.epochs());
      new CourseSection(html, run.epochs()).write();
      RunSamples.of(run, archive)
          .ifPresent(
              samples ->
                  new SamplesSection(
                          html,
                          samples,
                          LandmarkScheme.shipped(job.getJob().getDataset().getScheme()))
                      .write());
    }
    html.open("section", "class", "card", "id", "settings")
        .element("h2", "Settings")
        .element("pre", Run.json(job.getJob()), "tabindex", "0")
        .close();
    return page.end(html);
  }

  private static void head(Html html, String heading, Run run) {
    TrainingJobStatus job = run.status();
    html.open("header")
        .element("p", "Training run", "class", "kicker")
        .open("h1")
        .text(heading + " ")
        .element("span", "on " + job.getJob().getDataset().getName(), "class", "on")
        .close()
        .open("p", "class", "lead")
        .element("code", run.jobId())
        .text(" \u00b7 queued " + RunWords.queued(job))
        .close()
        .open("p", "class", "chips")
        .element(
            "span",
            RunWords.state(job),
            "class",
            job.getState() == JobState.JOB_STATE_SUCCEEDED ? "chip good" : "chip");
    if (job.getAttempt() > 0) {
      html.element("span", "attempt " + job.getAttempt(), "class", "chip");
    }
    if (!job.getWorker().isEmpty()) {
      html.element("span", job.getWorker(), "class", "chip");
    }
    if (job.getCancelRequested()) {
      html.element("span", "stop asked for", "class", "chip warn");
    }
    html.close();
    warning(html, "", job.getReason());
    warning(html, "It waits. ", job.getWaitingFor());
    if (!job.getModelVersion().isEmpty()) {
      html.open("p", "class", "lead").text("Model ").element("code", job.getModelVersion()).close();
    }
    html.close();
  }

  private static void warning(Html html, String lead, String text) {
    if (!text.isEmpty()) {
      html.open("p", "class", "warning").element("strong", lead).text(text).close();
    }
  }

  private static void tiles(Html html, TrainingJobStatus job, List<EpochCompleted> epochs) {
    EpochCompleted last = epochs.get(epochs.size() - 1);
    html.open("section", "class", "tiles");
    tile(
        html,
        "Epoch",
        last.getEpoch() + " of " + last.getEpochs(),
        Figures.number(last.getEpochSeconds(), 1) + " s each");
    tile(
        html,
        "Best held-out NME, %",
        Figures.number(100 * last.getBestValidationNme(), 2),
        "now " + Figures.number(100 * last.getValidationNme(), 2));
    tile(
        html,
        "Loss",
        Figures.number(last.getLoss(), last.getLoss() < 10 ? 3 : 1),
        "first " + Figures.number(epochs.get(0).getLoss(), 1));
    boolean running = job.getState() == JobState.JOB_STATE_RUNNING;
    tile(
        html,
        "Images a second",
        Figures.number(last.getImagesPerSecond(), 0),
        running ? Figures.number(last.getRemainingSeconds() / 60, 1) + " min left" : "");
    html.close();
  }

  private static void tile(Html html, String name, String figure, String below) {
    html.open("div", "class", "tile")
        .element("span", name, "class", "name")
        .element("span", figure, "class", "figure")
        .element("span", below, "class", "below")
        .close();
  }
}
