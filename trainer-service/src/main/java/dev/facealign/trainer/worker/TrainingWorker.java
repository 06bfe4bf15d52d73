package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.BackOff;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.queue.JobDelivery;
import dev.facealign.trainer.queue.JobMessage;
import dev.facealign.trainer.queue.JobMessageReader;
import dev.facealign.trainer.queue.JobQueue;
import dev.facealign.trainer.run.TrainingRun;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.FailureKind;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes one job after the other and sees each to its end.
 *
 * <p>INVARIANT: a delivery is finished only where its job's terminal event lies on the event log,
 * or where the job is taken from another record; so a worker that dies at any point leaves the job
 * either ended or to be delivered again. INVARIANT: an attempt trains, and ends its job, only while
 * the event log says that it has the job.
 */
final class TrainingWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrainingWorker.class);
  private static final Duration TAKE = Duration.ofSeconds(1);
  private static final Duration EVENT_PATIENCE = Duration.ofMinutes(2);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration STOP_LOOK = Duration.ofMillis(100);

  /**
   * Kafka drops a record silently once it has been delivered five times
   * (group.share.delivery.count.limit). A job that lost so many workers may have come far all the
   * same, so it is sent once more before that.
   */
  private static final int SENT_AGAIN_AT = 4;

  private final String workerId;
  private final int mostAttemptsInVain;
  private final JobQueue queue;
  private final JobEvents events;
  private final ResentJobs resent;
  private final DeadLetters deadLetters;
  private final AttemptRunner runner;
  private final WorkerMetrics metrics;
  private final Clock clock;
  private final JobMessageReader reader = new JobMessageReader();
  private final BackOff pauses = new BackOff(FIRST_PAUSE, LONGEST_PAUSE);
  private final Duration stopPatience;
  private final Thread thread;
  private volatile boolean stopping;

  TrainingWorker(
      WorkerSettings settings,
      JobQueue queue,
      JobEvents events,
      ResentJobs resent,
      DeadLetters deadLetters,
      AttemptRunner runner,
      WorkerMetrics metrics,
      Clock clock) {
    this.workerId = settings.name();
    this.mostAttemptsInVain = settings.attemptsInVain();
    this.stopPatience = settings.stopPatience();
    this.queue = queue;
    this.events = events;
    this.resent = resent;
    this.deadLetters = deadLetters;
    this.runner = runner;
    this.metrics = metrics;
    this.clock = clock;
    this.thread = new Thread(this::run, "trainer");
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!stopping) {
      try {
        var delivery = queue.take(TAKE);
        if (delivery.isPresent()) {
          try {
            handle(delivery.get());
          } finally {
            // Whatever went wrong, the job must not stay with a worker that no longer works on it.
            delivery.get().release();
          }
        }
      } catch (InterruptedException e) {
        return;
      } catch (FaultException e) {
        log.warn("job put back reason={}", e.getMessage());
        pause();
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        log.error("job put back after an error", e);
        pause();
      }
    }
  }

  /** Longer after each failure: a worker that is ill must not be the first to take every job. */
  private void pause() {
    try {
      long until = System.nanoTime() + pauses.next().toNanos();
      while (!stopping && System.nanoTime() < until) {
        TimeUnit.MILLISECONDS.sleep(STOP_LOOK.toMillis());
      }
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private void handle(JobDelivery delivery) throws InterruptedException {
    JobMessage message = delivery.message();
    String jobId = JobMessageReader.idByPlace(message);
    try {
      TrainingSettings settings;
      try {
        TrainingJob job = reader.read(message);
        jobId = job.getJobId().isEmpty() ? JobMessageReader.idWithoutOne(message) : job.getJobId();
        settings = TrainingJobContract.settings(job, jobId);
      } catch (FaultException e) {
        refuse(delivery, jobId, String.valueOf(e.getMessage()));
        return;
      } catch (RuntimeException e) {
        log.error("job cannot be read place={}", message.place(), e);
        refuse(delivery, jobId, "it cannot be read: " + e);
        return;
      }
      MDC.put("job", jobId);
      events.awaitCurrent(EVENT_PATIENCE);
      if (!needsNoWork(delivery, jobId)) {
        attempt(delivery, settings);
      }
    } finally {
      MDC.remove("job");
    }
  }

  private void refuse(JobDelivery delivery, String jobId, String reason)
      throws InterruptedException {
    events.awaitCurrent(EVENT_PATIENCE);
    JobRecord known = record(jobId);
    if (known.job() != null || known.state() instanceof JobState.Terminal) {
      // Its name is that of another job, which goes on or has ended in its own way.
      if (publishedInTheEnd(
          words(jobId, 0), delivery.message(), FailureKind.FAILURE_KIND_REFUSED, reason)) {
        delivery.finish();
      }
      return;
    }
    end(
        delivery,
        words(jobId, record(jobId).lastAttempt()),
        new AttemptEnd.Failed(FailureKind.FAILURE_KIND_REFUSED, reason));
  }

  /** Ends deliveries of jobs that are not to be worked on. */
  private boolean needsNoWork(JobDelivery delivery, String jobId) throws InterruptedException {
    JobRecord known = record(jobId);
    JobMessage message = delivery.message();
    AttemptLog words = words(jobId, known.lastAttempt());
    if (known.state() instanceof JobState.Terminal) {
      log.info("job has ended already job={} state={}", jobId, known.state());
      delivery.finish();
      return true;
    }
    if (known.place() != null
        && !known.place().equals(message.place())
        && !message.sentAgainFor().equals(Optional.of(known.place()))) {
      log.info("duplicate job={} place={} taken_from={}", jobId, message.place(), known.place());
      delivery.finish();
      return true;
    }
    if (known.cancelReason() != null) {
      end(delivery, words, new AttemptEnd.Cancelled(known.cancelReason()));
      return true;
    }
    if (known.attemptsInVain() >= mostAttemptsInVain) {
      end(
          delivery,
          words,
          new AttemptEnd.Failed(
              FailureKind.FAILURE_KIND_NO_PROGRESS,
              known.attemptsInVain()
                  + " attempts in a row broke or fell silent without a new checkpoint (expected:"
                  + " fewer than "
                  + mostAttemptsInVain
                  + ")"));
      return true;
    }
    if (message.delivery() >= SENT_AGAIN_AT) {
      log.info("job is sent again job={} delivery={}", jobId, message.delivery());
      resent.send(
          known,
          message.place(),
          message.value().toByteArray(),
          message.contentType(),
          "delivered " + message.delivery() + " times");
      delivery.finish();
      return true;
    }
    return false;
  }

  private void attempt(JobDelivery delivery, TrainingSettings settings)
      throws InterruptedException {
    String jobId = settings.jobId();
    JobMessage message = delivery.message();
    AttemptLog words = words(jobId, record(jobId).lastAttempt() + 1);
    Attempt attempt = new Attempt(words, delivery, events, () -> stopping);
    events.sendAndWait(
        words.started(
            AttemptStarted.newBuilder()
                .setJob(TrainingJobContract.job(settings))
                .setDevice(TrainingRun.device())
                .setDelivery(message.delivery())
                .setPlace(message.place().contract())
                .build()),
        EVENT_PATIENCE);
    if (!attempt.holdsJob()) {
      log.info("another worker was faster job={} attempt={}", jobId, words.attempt());
      return;
    }
    log.info(
        "attempt begins job={} attempt={} delivery={}", jobId, words.attempt(), message.delivery());
    metrics.attemptBegan(message, words.attempt(), clock.instant());
    metrics.busy(true);
    try {
      end(delivery, words, runner.run(settings, attempt));
    } finally {
      metrics.busy(false);
    }
  }

  private void end(JobDelivery delivery, AttemptLog words, AttemptEnd end)
      throws InterruptedException {
    String jobId = words.jobId();
    log.info("attempt ends job={} attempt={} end={}", jobId, words.attempt(), end);
    if (end instanceof AttemptEnd.Succeeded model) {
      if (ends(
          delivery, words.succeeded(model.modelVersion(), model.validationNme()), "succeeded")) {
        runner.forget(jobId);
      }
    } else if (end instanceof AttemptEnd.Cancelled cancelled) {
      ends(delivery, words.cancelled(cancelled.reason()), "cancelled");
    } else if (end instanceof AttemptEnd.Failed failed) {
      // The letter before the event: a job that has ended is not looked at again.
      if (!publishedInTheEnd(words, delivery.message(), failed.kind(), failed.reason())) {
        events.send(words.released("worker is shutting down"));
        delivery.release();
      } else if (hasRun(failed.kind())) {
        ends(delivery, words.failed(failed.kind(), failed.reason()), "failed");
      } else {
        ends(delivery, words.deadLettered(failed.kind(), failed.reason()), "dead_lettered");
      }
    } else if (end instanceof AttemptEnd.PutBack back) {
      events.send(words.released(back.reason()));
      delivery.release();
    } else if (end instanceof AttemptEnd.Broke broke) {
      events.sendAndWait(words.broke(broke.reason()), EVENT_PATIENCE);
      delivery.release();
      pause();
    } else if (end instanceof AttemptEnd.Outdated) {
      // Its record is another's now. Whoever has the job may wait for this word: there is nothing
      // more to come from here.
      events.send(words.released("another attempt has the job"));
    }
  }

  /** False where the worker stopped before the dead letter was published. */
  private boolean publishedInTheEnd(
      AttemptLog words, JobMessage message, FailureKind kind, String reason) {
    while (true) {
      try {
        deadLetters.publish(words, message, kind, reason);
        return true;
      } catch (FaultException e) {
        if (e.kind() != FaultKind.UNAVAILABLE) {
          throw e;
        }
        log.warn("dead letter waits job={} reason={}", words.jobId(), e.getMessage());
        if (stopping) {
          return false;
        }
        pause();
      }
    }
  }

  private static boolean hasRun(FailureKind kind) {
    return switch (kind) {
      case FAILURE_KIND_DIVERGED, FAILURE_KIND_DATA, FAILURE_KIND_INTERNAL -> true;
      case FAILURE_KIND_REFUSED, FAILURE_KIND_NO_PROGRESS, FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED ->
          false;
    };
  }

  /** False where the worker stopped before the event was on the log. */
  private boolean ends(JobDelivery delivery, TrainingEvent terminal, String outcome)
      throws InterruptedException {
    if (!events.sendInTheEnd(terminal, () -> stopping)) {
      return false;
    }
    pauses.reset();
    metrics.ended(outcome);
    if (!delivery.finish()) {
      // Harmless: whoever gets it again sees the terminal event.
      log.warn("queue did not take the end job={}", terminal.getJobId());
    }
    return true;
  }

  private JobRecord record(String jobId) {
    return events.ledger().get(jobId);
  }

  private AttemptLog words(String jobId, int attempt) {
    return new AttemptLog(jobId, attempt, workerId, clock);
  }

  /** Stops the attempt at hand at its next step, with a checkpoint, and puts its job back. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(stopPatience.toMillis());
      if (thread.isAlive()) {
        log.warn("worker did not stop within {} s", stopPatience.toSeconds());
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    queue.close();
  }
}
