package dev.facealign.cli.training;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.ResubmitDeadLetterRequest;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign jobs dead resubmit}. */
@Command(
    name = "resubmit",
    header = "Puts a dead letter's job on the queue again, as a new job, and follows it.",
    description = {
      "",
      "It goes on from the checkpoint that the old job left, where there is one of the settings that come out, and"
          + " begins anew otherwise. Ctrl-C ends the following, not the job."
    },
    exitCodeList = {
      "0:the job succeeded; with --detach: it is queued",
      "1:it was refused, or ended without a model",
      "2:wrong usage",
      "130:ended by Ctrl-C; the job goes on"
    },
    footer = {
      "",
      "Examples:",
      "  facealign jobs dead resubmit night-1 --set loss.lambda=1",
      "  facealign jobs dead resubmit night-1 --as night-2 --changes mended.json --from-start --detach"
    })
public final class JobsDeadResubmitCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(paramLabel = "JOB", description = "The dead letter's job.")
  private String jobId = "";

  @Option(
      names = "--as",
      paramLabel = "ID",
      description = "The new job's name for good (default: JOB-again, then JOB-again-2 and so on).")
  private String newId = "";

  @Mixin private JobChanges changes = new JobChanges();

  @Option(
      names = "--from-start",
      description = "Begin anew even where the old job left a checkpoint that fits.")
  private boolean fromStart;

  @Mixin private SubmittedJob submittedJob = new SubmittedJob();

  JobsDeadResubmitCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    ResubmitDeadLetterRequest request =
        ResubmitDeadLetterRequest.newBuilder()
            .setJobId(jobId)
            .setNewJobId(newId)
            .setChanges(changes.read(invocation))
            .setFromStart(fromStart)
            .build();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      TrainingJobStatus submitted =
          connection.ask(
              SuiteService.TRAINER, () -> connection.trainingJobs().resubmitDeadLetter(request));
      TrainingJob job = submitted.getJob();
      invocation
          .console()
          .say(
              "job "
                  + job.getJobId()
                  + (job.getContinueJob().isEmpty()
                      ? " begins anew"
                      : " goes on from the checkpoint of " + job.getContinueJob()));
      submittedJob.see(submitted, connection, invocation);
    }
    return 0;
  }
}
