package dev.facealign.trainer.worker;

import com.google.protobuf.util.Timestamps;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.queue.JobDelivery;
import dev.facealign.trainer.queue.JobMessage;
import dev.facealign.trainer.queue.JobMessageReader;
import dev.facealign.trainer.queue.JobQueue;
import dev.facealign.trainer.run.TrainingPlan;
import dev.facealign.v1.TrainingDeadLetter;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes one job after the other and sees each to its end.
 *
 * <p>INVARIANT: a delivery is finished only after the job's terminal event lies on the event log;
 * so a worker that dies at any point leaves the job either ended or to be delivered again.
 * INVARIANT: a worker ends a job only while its own attempt is the newest.
 */
final class TrainingWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrainingWorker.class);
  private static final Duration TAKE = Duration.ofSeconds(1);
  private static final Duration EVENT_PATIENCE = Duration.ofMinutes(2);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /** Less than the 20 s after which a supervisor kills, so that the job is given back in order. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

  /**
   * Kafka drops a record silently once it has been delivered five times
   * (group.share.delivery.count.limit), so the last delivery is not tried but made a dead letter.
   */
  static final int LAST_DELIVERY = 5;

  private final String workerId;
  private final JobQueue queue;
  private final JobEvents events;
  private final RecordPublisher publisher;
  private final JobInputs inputs;
  private final AttemptRunner runner;
  private final WorkerMetrics metrics;
  private final Clock clock;
  private final JobMessageReader reader = new JobMessageReader();
  private final Thread thread;
  private volatile boolean stopping;

  TrainingWorker(
      String workerId,
      JobQueue queue,
      JobEvents events,
      RecordPublisher publisher,
      JobInputs inputs,
      AttemptRunner runner,
      WorkerMetrics metrics,
      Clock clock) {
    this.workerId = workerId;
    this.queue = queue;
    this.events = events;
    this.publisher = publisher;
    this.inputs = inputs;
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
      } catch (RuntimeException e) {
        log.error("job put back after an error", e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_AFTER.toMillis());
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private void handle(JobDelivery delivery) throws InterruptedException {
    JobMessage message = delivery.message();
    String jobId = JobMessageReader.idWithoutOne(message);
    try {
      TrainingJob job = reader.read(message);
      jobId = job.getJobId().isEmpty() ? jobId : job.getJobId();
      MDC.put("job", jobId);
      TrainingSettings settings = TrainingJobContract.settings(job, jobId);
      events.awaitCurrent(EVENT_PATIENCE);
      if (alreadyEnded(delivery, settings.jobId())) {
        return;
      }
      if (message.delivery() >= LAST_DELIVERY) {
        deadLetter(delivery, jobId, "delivered " + message.delivery() + " times without a result");
        return;
      }
      attempt(delivery, inputs.plan(settings));
    } catch (FaultException e) {
      if (e.kind() == FaultKind.UNAVAILABLE) {
        throw e;
      }
      deadLetter(delivery, jobId, e.getMessage());
    } finally {
      MDC.remove("job");
    }
  }

  /** Ends deliveries of jobs that need no work: sent twice, or cancelled while they waited. */
  private boolean alreadyEnded(JobDelivery delivery, String jobId) throws InterruptedException {
    JobRecord known = events.ledger().find(jobId).orElse(null);
    if (known == null) {
      return false;
    }
    if (known.state() instanceof JobState.Terminal) {
      log.info("job has ended already job={} state={}", jobId, known.state());
      delivery.finish();
      return true;
    }
    if (known.cancelReason() != null) {
      AttemptLog words = new AttemptLog(jobId, known.attempts(), workerId, clock);
      events.sendAndWait(words.cancelled(known.cancelReason()), EVENT_PATIENCE);
      metrics.ended("cancelled");
      delivery.finish();
      return true;
    }
    return false;
  }

  private void attempt(JobDelivery delivery, TrainingPlan plan) throws InterruptedException {
    String jobId = plan.settings().jobId();
    int number = events.ledger().find(jobId).map(JobRecord::attempts).orElse(0) + 1;
    AttemptLog words = new AttemptLog(jobId, number, workerId, clock);
    Attempt attempt = new Attempt(words, delivery, events, () -> stopping);
    log.info(
        "attempt begins job={} attempt={} delivery={}",
        jobId,
        number,
        delivery.message().delivery());
    AttemptEnd end = runner.run(plan, attempt);
    if (end instanceof AttemptEnd.Final last) {
      if (attempt.isOutdated()) {
        log.warn("attempt outdated, its result is dropped job={} attempt={}", jobId, number);
        delivery.release();
        return;
      }
      events.sendAndWait(last.event(), EVENT_PATIENCE);
      metrics.ended(last.outcome());
      log.info("job ended job={} attempt={} outcome={}", jobId, number, last.outcome());
      if (!delivery.finish()) {
        // Harmless: whoever gets it again sees the terminal event.
        log.warn("queue did not take the end job={}", jobId);
      }
    } else if (end instanceof AttemptEnd.PutBack back) {
      log.info("attempt put back job={} attempt={} reason={}", jobId, number, back.reason());
      events.send(words.released(back.reason()));
      delivery.release();
    }
  }

  private void deadLetter(JobDelivery delivery, String jobId, String reason)
      throws InterruptedException {
    JobMessage message = delivery.message();
    log.warn("dead letter job={} offset={} reason={}", jobId, message.offset(), reason);
    JobRecord known = events.ledger().find(jobId).orElse(null);
    int attempts = known == null ? 0 : known.attempts();
    publisher.publish(
        Topics.TRAINING_DEAD_LETTERS,
        jobId,
        TrainingDeadLetter.newBuilder()
            .setJobId(jobId)
            .setReason(reason)
            .setOriginalValue(message.value())
            .setContentType(message.contentType())
            .setTopic(message.topic())
            .setPartition(message.partition())
            .setOffset(message.offset())
            .setAttempts(attempts)
            .setAt(Timestamps.fromMillis(clock.millis()))
            .build());
    TrainingEvent event = new AttemptLog(jobId, attempts, workerId, clock).deadLettered(reason);
    events.sendAndWait(event, EVENT_PATIENCE);
    metrics.ended("dead_lettered");
    delivery.finish();
  }

  /** Stops the attempt at hand at its next step, with a checkpoint, and puts its job back. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(STOP_PATIENCE.toMillis());
      if (thread.isAlive()) {
        log.warn("worker did not stop within {} s", STOP_PATIENCE.toSeconds());
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    queue.close();
  }
}
