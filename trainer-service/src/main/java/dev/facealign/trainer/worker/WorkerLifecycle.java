package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.TopicCreator;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.platform.service.Readiness;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.queue.JobQueue;
import dev.facealign.trainer.queue.ShareGroupJobQueue;
import dev.facealign.trainer.queue.UrgentFirst;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the worker once Kafka has the topics and the event log was read, however long that takes,
 * and stops it with the service.
 */
@Context
final class WorkerLifecycle implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerLifecycle.class);
  private static final Duration WAIT = Duration.ofSeconds(2);

  private final WorkerSettings settings;
  private final KafkaSettings kafka;
  private final TopicCreator topics;
  private final KafkaJobEvents events;
  private final ResentJobs resent;
  private final DeadLetters deadLetters;
  private final LostJobs lostJobs;
  private final AttemptRunner runner;
  private final WorkerMetrics metrics;
  private final Clock clock;
  private final MeterRegistry registry;
  private final Readiness.Condition ready;
  private final Thread starter = new Thread(this::begin, "worker-start");

  // Guarded by this.
  private boolean closed;
  private @Nullable TrainingWorker worker;

  WorkerLifecycle(
      WorkerSettings settings,
      KafkaSettings kafka,
      TopicCreator topics,
      KafkaJobEvents events,
      ResentJobs resent,
      DeadLetters deadLetters,
      LostJobs lostJobs,
      AttemptRunner runner,
      WorkerMetrics metrics,
      Clock clock,
      MeterRegistry registry,
      Readiness readiness) {
    this.settings = settings;
    this.kafka = kafka;
    this.topics = topics;
    this.events = events;
    this.resent = resent;
    this.deadLetters = deadLetters;
    this.lostJobs = lostJobs;
    this.runner = runner;
    this.metrics = metrics;
    this.clock = clock;
    this.registry = registry;
    this.ready = readiness.condition("event-log");
    starter.setDaemon(true);
  }

  @PostConstruct
  void start() {
    starter.start();
  }

  private void begin() {
    try {
      while (!begun()) {
        TimeUnit.MILLISECONDS.sleep(WAIT.toMillis());
      }
    } catch (InterruptedException e) {
      log.debug("stopped before the worker began");
    }
  }

  private boolean begun() {
    try {
      topics.awaitCreated(WAIT);
      if (!events.caughtUp()) {
        ready.unmet("the event log is being read");
        events.awaitCaughtUp(WAIT);
      }
      if (settings.enabled()) {
        startWorker();
      }
      ready.met();
      return true;
    } catch (FaultException | KafkaException e) {
      ready.unmet(String.valueOf(e.getMessage()));
      log.info("worker waits reason={}", e.getMessage());
      return false;
    }
  }

  private void startWorker() {
    String name = settings.name();
    ShareGroupJobQueue.configureGroup(kafka, settings.group(), settings.lock());
    JobQueue queue =
        new UrgentFirst(
            () -> queue(Topics.URGENT_TRAINING_JOBS),
            () -> queue(Topics.TRAINING_JOBS),
            this::urgency);
    TrainingWorker begun =
        new TrainingWorker(settings, queue, events, resent, deadLetters, runner, metrics, clock);
    synchronized (this) {
      if (closed) {
        queue.close();
        return;
      }
      worker = begun;
      begun.start();
      lostJobs.start(settings.lostJobsEvery());
    }
    log.info("worker takes jobs id={} group={}", name, settings.group());
  }

  private JobQueue queue(String topic) {
    return new ShareGroupJobQueue(
        kafka, topic, settings.group(), settings.name() + "-" + topic, settings.lock(), registry);
  }

  private UrgentFirst.Urgency urgency() {
    List<JobState> open = events.ledger().open(Topics.URGENT_TRAINING_JOBS);
    if (open.isEmpty()) {
      return UrgentFirst.Urgency.NONE;
    }
    return open.stream().anyMatch(JobState.Queued.class::isInstance)
        ? UrgentFirst.Urgency.WAITS
        : UrgentFirst.Urgency.IN_HAND;
  }

  @Override
  @PreDestroy
  public void close() {
    TrainingWorker running;
    synchronized (this) {
      closed = true;
      running = worker;
    }
    starter.interrupt();
    if (running != null) {
      running.close();
    }
  }
}
