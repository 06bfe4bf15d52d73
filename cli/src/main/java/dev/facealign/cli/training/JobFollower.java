package dev.facealign.cli.training;

import dev.facealign.cli.client.AnswerStream;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProgressLine;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.TrainingBegan;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.WatchJobRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Follows a job to its end and shows how it goes. Every worker can be asked, and events are kept,
 * so a service that is away for a while is asked again from the beginning; what was shown is not
 * shown twice.
 */
public final class JobFollower {
  private static final Duration BETWEEN_REDRAWS = Duration.ofMillis(500);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final SuiteConnection connection;
  private final Console console;
  private final Duration patience;
  private final Consumer<TrainingEvent> listener;

  /**
   * @param patience how long the service may be away
   * @param listener told every event once
   */
  JobFollower(
      SuiteConnection connection,
      Console console,
      Duration patience,
      Consumer<TrainingEvent> listener) {
    this.connection = connection;
    this.console = console;
    this.patience = patience;
    this.listener = listener;
  }

  /** A follower that waits two minutes for a service that is away. */
  public JobFollower(SuiteConnection connection, Console console) {
    this(connection, console, Duration.ofMinutes(2), event -> {});
  }

  /**
   * Returns when the job has ended.
   *
   * @throws CommandFailure when there is no such job, or the service stays away
   */
  public JobOutcome follow(String jobId) throws InterruptedException {
    try (ProgressLine line = console.progress()) {
      Following following = new Following(line);
      long lastContact = System.nanoTime();
      boolean away = false;
      while (true) {
        int before = following.seen;
        try {
          Optional<JobOutcome> outcome = watch(jobId, following);
          if (outcome.isPresent()) {
            return outcome.get();
          }
          throw new CommandFailure(
              "trainer-service ended the job's events before the job ended (expected: a last event that ends it)");
        } catch (CommandFailure e) {
          if (following.seen > before) {
            lastContact = System.nanoTime();
            away = false;
          }
          boolean patient = System.nanoTime() - lastContact < patience.toNanos();
          if (!AnswerStream.isAway(e) || !patient) {
            throw e;
          }
          if (!away) {
            away = true;
            console.say("trainer-service is away; the job goes on in the queue, asking again");
          }
          Thread.sleep(BETWEEN_TRIES.toMillis());
        }
      }
    }
  }

  private Optional<JobOutcome> watch(String jobId, Following following)
      throws InterruptedException {
    WatchJobRequest request = WatchJobRequest.newBuilder().setJobId(jobId).build();
    try (AnswerStream<?, TrainingEvent> events =
        connection.stream(SuiteService.TRAINER, connection.trainingJobs().watchJob(request))) {
      int position = 0;
      while (true) {
        TrainingEvent event;
        try {
          event = events.next(BETWEEN_REDRAWS);
        } catch (TimeoutException e) {
          following.redraw();
          continue;
        }
        if (event == null) {
          return Optional.empty();
        }
        position++;
        if (position > following.seen) {
          following.seen = position;
          following.show(event);
          listener.accept(event);
        }
        Optional<JobOutcome> outcome = JobOutcome.of(event);
        if (outcome.isPresent()) {
          return outcome;
        }
      }
    }
  }

  /** What was shown so far. */
  private final class Following {
    private final ProgressLine line;
    private JobProgress progress =
        new JobProgress(EpochCompleted.getDefaultInstance(), System.nanoTime());
    private boolean running;
    private int seen;

    Following(ProgressLine line) {
      this.line = line;
    }

    void redraw() {
      if (running) {
        line.update(progress.text(System.nanoTime()));
      }
    }

    void show(TrainingEvent event) {
      switch (event.getEventCase()) {
        case QUEUED -> console.say("job " + event.getJobId() + " is queued");
        case STARTED ->
            console.say(
                "attempt "
                    + event.getAttempt()
                    + " by "
                    + event.getWorker()
                    + " on "
                    + event.getStarted().getDevice());
        case TRAINING_BEGAN -> {
          began(event.getTrainingBegan());
          redraw();
        }
        case WAITING -> {
          running = false;
          console.say(
              "waits "
                  + Figures.roughSpan(event.getWaiting().getRetrySeconds())
                  + ": "
                  + event.getWaiting().getReason());
        }
        case CHECKPOINT_FAILED ->
            console.say(
                "a checkpoint could not be kept, training goes on: "
                    + event.getCheckpointFailed().getReason());
        case EPOCH -> {
          running = true;
          progress = new JobProgress(event.getEpoch(), System.nanoTime());
          line.mark(progress.text(System.nanoTime()));
        }
        case RELEASED -> {
          running = false;
          console.say(
              "attempt "
                  + event.getAttempt()
                  + " ended without a result: "
                  + event.getReleased().getReason()
                  + "; waiting for a worker");
        }
        case CANCEL_REQUESTED -> console.say("a stop was asked for");
        default -> {
          // Checkpoints are the worker's matter; the end is the outcome.
        }
      }
    }

    private void began(TrainingBegan training) {
      running = true;
      progress = new JobProgress(progress.epoch(), System.nanoTime());
      console.say(JobCourse.began(training));
    }
  }
}
