package dev.facealign.cli.sweep;

import dev.facealign.cli.client.AnswerStream;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProgressLine;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.GetSweepRequest;
import dev.facealign.v1.JobState;
import dev.facealign.v1.Sweep;
import dev.facealign.v1.TrainingJobStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Follows a sweep until all its jobs have ended. Asks now and then rather than watch a thousand
 * jobs; every worker can be asked, so one that is away for a while is asked again.
 */
final class SweepFollower {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final SuiteConnection connection;
  private final Console console;
  private final Duration patience;

  /**
   * @param patience how long the service may be away
   */
  SweepFollower(SuiteConnection connection, Console console, Duration patience) {
    this.connection = connection;
    this.console = console;
    this.patience = patience;
  }

  /** A sweep as it stands. */
  static Sweep look(String sweepId, SuiteConnection connection) {
    GetSweepRequest request = GetSweepRequest.newBuilder().setSweepId(sweepId).build();
    return connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().getSweep(request));
  }

  /**
   * Returns the sweep when all its jobs have ended.
   *
   * @throws CommandFailure when the service stays away
   */
  Sweep follow(Sweep submitted) throws InterruptedException {
    Set<String> told = new HashSet<>();
    Sweep sweep = submitted;
    long lastContact = System.nanoTime();
    boolean away = false;
    try (ProgressLine line = console.progress()) {
      while (true) {
        tell(sweep, told);
        if (told.size() == sweep.getJobsCount()) {
          return sweep;
        }
        line.update(progress(sweep));
        Thread.sleep(BETWEEN_LOOKS.toMillis());
        try {
          sweep = look(sweep.getSweepId(), connection);
          lastContact = System.nanoTime();
          away = false;
        } catch (CommandFailure e) {
          if (!AnswerStream.isAway(e) || System.nanoTime() - lastContact > patience.toNanos()) {
            throw e;
          }
          if (!away) {
            away = true;
            console.say("trainer-service is away; the jobs go on in the queue, asking again");
          }
        }
      }
    }
  }

  private void tell(Sweep sweep, Set<String> told) {
    for (TrainingJobStatus job : sweep.getJobsList()) {
      if (hasEnded(job) && told.add(job.getJob().getJobId())) {
        Recipe recipe = Recipe.of(job.getJob());
        console.say(
            SweepComparison.ending(job)
                + "  "
                + recipe.network()
                + " "
                + recipe.loss()
                + (recipe.lambda().equals("-") ? "" : " lambda " + recipe.lambda())
                + " seed "
                + job.getJob().getSeed()
                + (RecipeResult.figure(job).isPresent()
                    ? "  NME " + Figures.percent(RecipeResult.figure(job).getAsDouble(), 2)
                    : "")
                + "  ("
                + told.size()
                + " of "
                + sweep.getJobsCount()
                + " ended)");
      }
    }
  }

  /** Whether a job has come to its end, whatever that is. */
  static boolean hasEnded(TrainingJobStatus job) {
    return switch (job.getState()) {
      case JOB_STATE_SUCCEEDED, JOB_STATE_FAILED, JOB_STATE_CANCELLED, JOB_STATE_DEAD_LETTERED ->
          true;
      case JOB_STATE_UNSPECIFIED, JOB_STATE_QUEUED, JOB_STATE_RUNNING, UNRECOGNIZED -> false;
    };
  }

  /** One line: how many have ended, and the epochs of those that run. */
  static String progress(Sweep sweep) {
    List<TrainingJobStatus> jobs = sweep.getJobsList();
    String running =
        jobs.stream()
            .filter(job -> job.getState() == JobState.JOB_STATE_RUNNING)
            .map(job -> running(job, sweep.getSweepId()))
            .collect(Collectors.joining(", "));
    return jobs.stream().filter(SweepFollower::hasEnded).count()
        + " of "
        + jobs.size()
        + " ended"
        + (running.isEmpty() ? ", waiting for a worker" : "  running: " + running);
  }

  /** Such as "07 12/60": jobs are told by what follows the sweep's name. */
  private static String running(TrainingJobStatus job, String sweepId) {
    String id = job.getJob().getJobId();
    return (id.startsWith(sweepId + "-") ? id.substring(sweepId.length() + 1) : id)
        + " "
        + (job.getWaitingFor().isEmpty()
            ? job.getLatestEpoch().getEpoch() + "/" + job.getJob().getEpochs()
            : "waits");
  }
}
