package dev.facealign.cli.training;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.invocation.StopOnSignal;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.GetJobRequest;
import dev.facealign.v1.SubmitJobRequest;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign train}. */
@Command(
    name = "train",
    header = "Puts a training job on the queue and follows it to its model.",
    description = {"", "Ctrl-C ends the following, not the job."},
    subcommands = {TrainPreviewCommand.class},
    footer = {
      "",
      "Examples:",
      "  facealign train --dataset 300w --size 112 --epochs 30",
      "  facealign train --dataset 300w --loss l2 --name baseline --detach",
      "  facealign train --job job.json --seed 2",
      "  facealign train preview --dataset /data/300w"
    })
public final class TrainCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Mixin private TrainingJobOptions jobOptions = new TrainingJobOptions();

  @Option(names = "--detach", description = "Return as soon as the job is queued.")
  private boolean detach;

  @Option(names = "--json", description = "Write the job's status as JSON when the command ends.")
  private boolean json;

  TrainCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    TrainingJob asked = jobOptions.job(invocation);
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      TrainingJobStatus submitted =
          submit(
              OpenInputs.fill(asked, List.of(asked.getLoss()), connection, invocation), connection);
      String id = submitted.getJob().getJobId();
      if (detach) {
        print(submitted);
        return 0;
      }
      JobOutcome outcome = follow(id, connection);
      if (json) {
        GetJobRequest request = GetJobRequest.newBuilder().setJobId(id).build();
        print(
            connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().getJob(request)));
      }
      JobOutcome.Succeeded model = JobOutcome.requireModel(id, outcome);
      if (!json) {
        invocation
            .console()
            .print(
                "model "
                    + model.modelVersion()
                    + "  held-out NME "
                    + Figures.percent(model.validationNme(), 2));
      }
    }
    return 0;
  }

  private static TrainingJobStatus submit(TrainingJob job, SuiteConnection connection) {
    SubmitJobRequest request = SubmitJobRequest.newBuilder().setJob(job).build();
    return connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().submitJob(request));
  }

  private JobOutcome follow(String id, SuiteConnection connection) throws InterruptedException {
    Console console = invocation.console();
    Runnable farewell =
        () ->
            console.say(
                "job "
                    + id
                    + " goes on (follow: facealign jobs watch "
                    + id
                    + ", stop: facealign jobs cancel "
                    + id
                    + ")");
    StopOnSignal onSignal = new StopOnSignal(farewell, StopOnSignal.INTERRUPTED);
    try {
      return new JobFollower(connection, console).follow(id);
    } finally {
      onSignal.close();
    }
  }

  private void print(TrainingJobStatus status) {
    invocation
        .console()
        .print(json ? ProtoJson.pretty(status) : "job " + status.getJob().getJobId());
  }
}
