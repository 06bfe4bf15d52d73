package dev.facealign.cli.sweep;

import dev.facealign.cli.client.AnswerStream;
import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.invocation.StopOnSignal;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.cli.training.OpenInputs;
import dev.facealign.cli.training.TrainingJobOptions;
import dev.facealign.v1.JobState;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.SubmitSweepRequest;
import dev.facealign.v1.Sweep;
import dev.facealign.v1.TrainingJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign sweep submit}. */
@Command(
    name = "submit",
    header = "Puts every combination of a grid on the queue and compares what comes out.",
    description = {
      "",
      "The options of `facealign train` say what all jobs share; lists say what differs. All jobs are checked before the"
          + " first is queued. Ctrl-C ends the following, not the jobs; the same command with the same --id goes on"
          + " following.",
      ""
    },
    exitCodeList = {
      "0:every job succeeded; with --detach: all are queued",
      "1:it was refused, or a job ended without a model",
      "2:wrong usage",
      "130:ended by Ctrl-C; the jobs go on"
    },
    footer = {
      "",
      "Examples:",
      "  facealign sweep submit --id ablation --dataset 300w --losses acr,l2 --lambdas 1,3,10 --seeds 1,2,3",
      "  facealign sweep submit --dataset 300w --job recipe.json --networks mobilenet-v2,efficientnet-b0 --detach",
      "  facealign sweep submit --dataset 300w --grid grid.json --plot nme.png"
    })
public final class SweepSubmitCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Mixin private TrainingJobOptions jobOptions = new TrainingJobOptions();

  @Mixin private SweepGridOptions gridOptions = new SweepGridOptions();

  @Mixin private ReportOptions report = new ReportOptions();

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The sweep's name for good; its jobs are ID-1, ID-2, ... (default: a new one).")
  private @Nullable String id;

  @Option(names = "--detach", description = "Return as soon as the jobs are queued.")
  private boolean detach;

  SweepSubmitCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    report.prepare(invocation);
    TrainingJob base = jobOptions.job(invocation);
    if (!base.getJobId().isEmpty()) {
      throw new CommandFailure(
          "job id: " + base.getJobId() + " (expected: none; --id names the sweep and its jobs)");
    }
    SubmitSweepRequest.Builder asked =
        gridOptions.over(base, jobOptions.lambda(), jobOptions.coordinateScale(), invocation);
    // Named here, so that a call that breaks off can be made again.
    String sweepId = id == null ? "sweep-" + UUID.randomUUID().toString().substring(0, 8) : id;
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      List<LossSettings> losses =
          asked.getGrid().getLossesCount() == 0
              ? List.of(asked.getBase().getLoss())
              : asked.getGrid().getLossesList();
      asked
          .setSweepId(sweepId)
          .setBase(OpenInputs.fill(asked.getBase(), losses, connection, invocation));
      Sweep sweep = submit(asked.build(), connection);
      if (detach) {
        report.printQueued(sweep, invocation);
        return 0;
      }
      invocation.console().say("sweep " + sweepId + ": " + SweepComparison.jobs(sweep));
      Sweep ended = follow(sweep, connection);
      report.write(ended, connection, invocation);
      requireModels(ended);
    }
    return 0;
  }

  private static Sweep submit(SubmitSweepRequest request, SuiteConnection connection) {
    try {
      return connection.ask(
          SuiteService.TRAINER, () -> connection.trainingJobs().submitSweep(request));
    } catch (CommandFailure e) {
      if (!AnswerStream.isAway(e)) {
        throw e;
      }
      List<String> details = new ArrayList<>(e.details());
      details.add(
          "some jobs may be queued: the same command with --id "
              + request.getSweepId()
              + " sends the others");
      throw new CommandFailure(e.getMessage(), details, e.getCause());
    }
  }

  private Sweep follow(Sweep sweep, SuiteConnection connection) throws InterruptedException {
    Console console = invocation.console();
    Runnable farewell =
        () ->
            console.say(
                "sweep "
                    + sweep.getSweepId()
                    + " goes on (see it: facealign sweep show "
                    + sweep.getSweepId()
                    + ")");
    StopOnSignal onSignal = new StopOnSignal(farewell, StopOnSignal.INTERRUPTED);
    try {
      return new SweepFollower(connection, console, Duration.ofMinutes(2)).follow(sweep);
    } finally {
      onSignal.close();
    }
  }

  private static void requireModels(Sweep sweep) {
    long without =
        sweep.getJobsList().stream()
            .filter(job -> job.getState() != JobState.JOB_STATE_SUCCEEDED)
            .count();
    if (without > 0) {
      throw new CommandFailure(
          "sweep "
              + sweep.getSweepId()
              + ": "
              + without
              + " of "
              + sweep.getJobsCount()
              + " jobs ended without a model (expected: none)");
    }
  }
}
