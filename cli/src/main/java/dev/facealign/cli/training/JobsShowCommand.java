package dev.facealign.cli.training;

import dev.facealign.cli.client.AnswerStream;
import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.AttemptSummary;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.GetJobRequest;
import dev.facealign.v1.JobState;
import dev.facealign.v1.Priority;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import dev.facealign.v1.WatchJobRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign jobs show}. */
@Command(
    name = "show",
    header = "Shows where a job stands, its attempts and its events.",
    footer = {
      "",
      "Examples:",
      "  facealign jobs show night-1",
      "  facealign jobs show night-1 --json"
    })
public final class JobsShowCommand implements Callable<Integer> {
  /** The service sends a job's events so far at once; a pause means that what follows is live. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String jobId = "";

  @Option(names = "--json", description = "Write {\"status\": ..., \"events\": [...]}.")
  private boolean json;

  JobsShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    Console console = invocation.console();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      GetJobRequest request = GetJobRequest.newBuilder().setJobId(jobId).build();
      TrainingJobStatus status =
          connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().getJob(request));
      List<TrainingEvent> events = eventsSoFar(connection);
      if (json) {
        console.print(
            "{\"status\": "
                + ProtoJson.pretty(status)
                + ",\n\"events\": ["
                + events.stream().map(ProtoJson::line).collect(Collectors.joining(",\n"))
                + "]}");
      } else {
        show(status, new JobCourse(events), console);
      }
    }
    return 0;
  }

  private List<TrainingEvent> eventsSoFar(SuiteConnection connection) throws InterruptedException {
    WatchJobRequest request = WatchJobRequest.newBuilder().setJobId(jobId).build();
    List<TrainingEvent> events = new ArrayList<>();
    try (AnswerStream<?, TrainingEvent> stream =
        connection.stream(SuiteService.TRAINER, connection.trainingJobs().watchJob(request))) {
      TrainingEvent event = stream.next(PAUSE);
      while (event != null) {
        events.add(event);
        event = stream.next(PAUSE);
      }
    } catch (TimeoutException e) {
      return events;
    }
    return events;
  }

  private static void show(TrainingJobStatus status, JobCourse course, Console console) {
    TrainingJob job = status.getJob();
    console.print("job      " + job.getJobId());
    console.print("state    " + state(status));
    if (!status.getWaitingFor().isEmpty()) {
      console.print("waits    " + Printable.line(status.getWaitingFor()));
    }
    if (!status.getReason().isEmpty()) {
      console.print("reason   " + Printable.line(status.getReason()));
    }
    console.print("trains   " + settings(job));
    if (!job.getSweep().isEmpty()) {
      console.print("sweep    " + job.getSweep());
    }
    if (!job.getContinueJob().isEmpty()) {
      console.print("begins   with the checkpoint of " + job.getContinueJob());
    }
    if (!job.getStartModel().isEmpty()) {
      console.print("begins   with the weights of model " + Figures.version(job.getStartModel()));
    }
    if (status.hasLatestEpoch()) {
      EpochCompleted epoch = status.getLatestEpoch();
      console.print(
          "epoch    "
              + epoch.getEpoch()
              + " of "
              + epoch.getEpochs()
              + ", NME "
              + Figures.percent(epoch.getValidationNme(), 2)
              + ", best "
              + Figures.percent(epoch.getBestValidationNme(), 2));
    }
    if (!status.getModelVersion().isEmpty()) {
      console.print("model    " + status.getModelVersion());
    }
    console.print("queued   " + Figures.moment(status.getQueuedAt()));
    if (status.hasEndedAt()) {
      console.print("ended    " + Figures.moment(status.getEndedAt()));
    }
    console.print("");
    List<AttemptSummary> attempts = course.attempts();
    if (!attempts.isEmpty()) {
      boolean runs = status.getState() == JobState.JOB_STATE_RUNNING;
      AttemptTable.of(attempts, runs ? "runs" : "fell silent").print(console);
      console.print("");
    }
    course.table().print(console);
  }

  private static String state(TrainingJobStatus status) {
    return Figures.word(status.getState(), JobsListCommand.PREFIX)
        + (status.getAttempt() > 0
            ? ", attempt " + status.getAttempt() + " by " + status.getWorker()
            : "")
        + (status.getCancelRequested() && !status.hasEndedAt() ? ", a stop was asked for" : "");
  }

  private static String settings(TrainingJob job) {
    return job.getDataset().getName()
        + ", "
        + Figures.word(job.getNetwork(), "NETWORK_")
        + ", "
        + Figures.word(job.getLoss().getKind(), "LOSS_KIND_")
        + ", "
        + job.getInputSizePx()
        + " px, "
        + job.getEpochs()
        + " epochs, seed "
        + job.getSeed()
        + (job.getPriority() == Priority.PRIORITY_URGENT ? ", urgent" : "");
  }
}
