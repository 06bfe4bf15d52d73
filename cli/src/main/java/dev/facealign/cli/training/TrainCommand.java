package dev.facealign.cli.training;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.SubmitJobRequest;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code facealign train}. */
@Command(
    name = "train",
    header = "Puts a training job on the queue and follows it to its model.",
    description = {"", "Ctrl-C ends the following, not the job."},
    subcommands = {TrainPreviewCommand.class},
    exitCodeList = {
      "0:the job succeeded; with --detach: it is queued",
      "1:it was refused, or ended without a model",
      "2:wrong usage",
      "130:ended by Ctrl-C; the job goes on"
    },
    footer = {
      "",
      "Examples:",
      "  facealign train --dataset 300w --size 112 --epochs 30",
      "  facealign train --dataset 300w --loss l2 --name baseline --detach",
      "  facealign train --job job.json --seed 2",
      "  facealign train --dataset mine --from champion --epochs 20 --learning-rate 0.0003",
      "  facealign train --dataset 300w --epochs 2 --urgent      # before all that wait",
      "  facealign train preview --dataset /data/300w"
    })
public final class TrainCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Mixin private TrainingJobOptions jobOptions = new TrainingJobOptions();

  @Mixin private SubmittedJob submittedJob = new SubmittedJob();

  TrainCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    TrainingJob asked = named(jobOptions.job(invocation));
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      TrainingJob job = OpenInputs.fill(asked, List.of(asked.getLoss()), connection, invocation);
      submittedJob.see(submit(job, connection), connection, invocation);
    }
    return 0;
  }

  /** A name of its own, so that the call can be made again where its answer was lost. */
  private static TrainingJob named(TrainingJob job) {
    return job.getJobId().isEmpty()
        ? job.toBuilder().setJobId("job-" + UUID.randomUUID().toString().substring(0, 8)).build()
        : job;
  }

  private static TrainingJobStatus submit(TrainingJob job, SuiteConnection connection) {
    SubmitJobRequest request = SubmitJobRequest.newBuilder().setJob(job).build();
    return connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().submitJob(request));
  }
}
