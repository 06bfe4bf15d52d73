package dev.facealign.trainer.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.fault.FaultException;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.page.Chart;
import dev.facealign.platform.page.Figures;
import dev.facealign.platform.page.Html;
import dev.facealign.platform.page.Page;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.JobState;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJobStatus;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Training jobs as pages that people read: their course so far, live while they run. */
@Singleton
final class RunPages {
  /** Older ones are still found by their identifiers. */
  private static final int MOST_ROWS = 300;

  /** The first epochs' errors are so large that the rest would be a flat line beside them. */
  private static final double LARGEST_OVER_SMALLEST = 6;

  /** More dots would hide the line. */
  private static final int MOST_DOTS = 60;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final JobLog log;
  private final Page page = new Page();

  RunPages(JobLog log) {
    this.log = log;
  }

  /** All jobs, newest first, as HTML. */
  String index() {
    List<JobRecord> jobs = log.ledger().all();
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
    html.open("tr")
        .element("td", TIME.format(Contracts.instant(job.getQueuedAt())), "class", "when")
        .open("td")
        .element("a", job.getJob().getJobId(), "href", path(job.getJob().getJobId()))
        .close()
        .element("td", job.getJob().getModelName())
        .element("td", state(job))
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

  /**
   * A job's page as HTML.
   *
   * @throws FaultException NOT_FOUND; UNAVAILABLE
   */
  String run(String jobId) {
    JobRecord record = log.find(jobId);
    TrainingJobStatus job = record.status();
    List<EpochCompleted> epochs = epochs(jobId);
    String name = job.getJob().getModelName();
    String title = name.isEmpty() ? jobId : name;
    Html html =
        record.state() instanceof JobState.Terminal
            ? page.begin(title + ", " + state(job))
            : page.beginLive(title + ", " + state(job), path(jobId) + ".json");
    head(html, title, jobId, job);
    if (!epochs.isEmpty()) {
      tiles(html, job, epochs);
      plots(html, epochs);
    }
    html.open("section", "class", "card", "id", "settings")
        .element("h2", "Settings")
        .element("pre", json(job.getJob()), "tabindex", "0")
        .close();
    return page.end(html);
  }

  /** A job's status and epochs as JSON: {@code {"status": ..., "epochs": [...]}}. */
  String data(String jobId) {
    JobRecord record = log.find(jobId);
    List<String> epochs = epochs(jobId).stream().map(RunPages::json).toList();
    return "{\"status\": "
        + json(record.status())
        + ",\n\"epochs\": ["
        + String.join(",\n", epochs)
        + "]}";
  }

  /** By number: an attempt that goes on where another ended may tell an epoch again. */
  private List<EpochCompleted> epochs(String jobId) {
    TreeMap<Integer, EpochCompleted> epochs = new TreeMap<>();
    for (TrainingEvent event : log.ledger().events(jobId)) {
      if (event.hasEpoch()) {
        epochs.put(event.getEpoch().getEpoch(), event.getEpoch());
      }
    }
    return new ArrayList<>(epochs.values());
  }

  private static void head(Html html, String title, String jobId, TrainingJobStatus job) {
    html.open("header")
        .element("p", "Training run", "class", "kicker")
        .open("h1")
        .text(title + " ")
        .element("span", "on " + job.getJob().getDataset().getName(), "class", "on")
        .close()
        .open("p", "class", "lead")
        .element("code", jobId)
        .text(" \u00b7 queued " + TIME.format(Contracts.instant(job.getQueuedAt())))
        .close()
        .open("p", "class", "chips")
        .element(
            "span",
            state(job),
            "class",
            job.getState() == dev.facealign.v1.JobState.JOB_STATE_SUCCEEDED ? "chip good" : "chip");
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
    boolean running = job.getState() == dev.facealign.v1.JobState.JOB_STATE_RUNNING;
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

  private static void plots(Html html, List<EpochCompleted> epochs) {
    html.open("section", "class", "card", "id", "course").element("h2", "Course");
    html.open("div", "class", "pair");
    plot(html, "Held-out NME", "NME, %", "c0", epochs, e -> 100 * e.getValidationNme());
    plot(html, "Training loss", "loss", "c1", epochs, EpochCompleted::getLoss);
    plot(
        html,
        "Learning rate",
        "learning rate, thousandths",
        "c2",
        epochs,
        e -> 1000 * e.getLearningRate());
    if (epochs.stream().anyMatch(e -> e.getSmoothFaceComponents() > 0)) {
      plot(
          html,
          "Smooth face",
          "eigenvectors kept",
          "c3",
          epochs,
          EpochCompleted::getSmoothFaceComponents);
    }
    html.close().close();
  }

  private static void plot(
      Html html,
      String name,
      String title,
      String style,
      List<EpochCompleted> epochs,
      ToDoubleFunction<EpochCompleted> value) {
    double[] x = epochs.stream().mapToDouble(EpochCompleted::getEpoch).toArray();
    double[] y = epochs.stream().mapToDouble(value).toArray();
    double smallest = epochs.stream().mapToDouble(value).filter(Double::isFinite).min().orElse(0);
    double largest = epochs.stream().mapToDouble(value).filter(Double::isFinite).max().orElse(1);
    double shown =
        style.equals("c0") || style.equals("c1")
            ? Math.min(largest, LARGEST_OVER_SMALLEST * Math.max(0, smallest))
            : largest;
    html.open("figure");
    Chart chart =
        new Chart(
            html,
            name + " by epoch",
            Chart.Axis.upTo("epoch", Math.max(5, epochs.get(epochs.size() - 1).getEpochs())),
            Chart.Axis.upTo(title, 1.05 * shown));
    chart.curve(style, x, y);
    if (x.length <= MOST_DOTS) {
      for (int i = 0; i < x.length; i++) {
        chart.dot(
            style,
            x[i],
            y[i],
            "epoch " + epochs.get(i).getEpoch() + ": " + Figures.number(y[i], 3));
      }
    }
    chart.close();
    html.element("figcaption", name).close();
  }

  private static String state(TrainingJobStatus job) {
    return job.getState()
        .name()
        .replace("JOB_STATE_", "")
        .replace('_', ' ')
        .toLowerCase(Locale.ROOT);
  }

  private static String path(String jobId) {
    return "/runs/" + URLEncoder.encode(jobId, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String json(MessageOrBuilder message) {
    try {
      return JsonFormat.printer().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("jobs hold no Any, whose type could be unknown", e);
    }
  }
}
