package dev.facealign.evaluation;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.platform.service.Readiness;
import dev.facealign.v1.Evaluation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes reports: into the store, then as an announcement without faces on the topic {@link
 * Topics#EVALUATIONS}, from which every eval-service knows what there is. A report that is stored
 * but not announced, because Kafka was away or a process died in between, is announced later by
 * whichever eval-service runs.
 */
@Context
final class EvaluationPublication implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EvaluationPublication.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Duration READINESS_PERIOD = Duration.ofMillis(250);

  private final StoredReports stored;
  private final KnownEvaluations known;
  private final RecordPublisher publisher;
  private final TopicFollower<Evaluation> follower;
  private final Readiness.Condition announcementsRead;
  private final Set<String> announced = ConcurrentHashMap.newKeySet();
  private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService scheduler;

  EvaluationPublication(
      StoredReports stored,
      KnownEvaluations known,
      RecordPublisher publisher,
      KafkaSettings kafka,
      MeterRegistry metrics,
      Readiness readiness) {
    this.stored = stored;
    this.known = known;
    this.publisher = publisher;
    this.announcementsRead = readiness.condition("topic " + Topics.EVALUATIONS);
    this.follower =
        new TopicFollower<>(
            kafka, metrics, Topics.EVALUATIONS, Evaluation.parser(), this::followed);
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "evaluation-publication");
              thread.setDaemon(true);
              return thread;
            });
  }

  @PostConstruct
  void start() {
    announcementsRead.unmet("not read to its end yet");
    follower.start();
    ScheduledFuture<?> readiness = // neither task throws; close() ends them
        scheduler.scheduleWithFixedDelay(
            this::tellReadiness, 0, READINESS_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    ScheduledFuture<?> lookingAfter =
        scheduler.scheduleWithFixedDelay(
            this::announceMissing, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    log.debug("publication started {} {}", readiness, lookingAfter);
  }

  /**
   * Stores and announces a report.
   *
   * @throws FaultException UNAVAILABLE, RESOURCE_EXHAUSTED when it is not stored; UNAVAILABLE when
   *     it is stored but not announced yet, which will be made up for
   */
  void publish(Evaluation report, String plot) {
    stored.write(report, plot);
    known.add(report);
    try {
      announce(report);
    } catch (FaultException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          e.reason(),
          "evaluation "
              + report.getEvaluationId()
              + " is stored, and will be announced when Kafka is back: "
              + e.getMessage(),
          e);
    }
  }

  private void announce(Evaluation report) {
    String id = report.getEvaluationId();
    if (!announced.add(id)) {
      return;
    }
    try {
      publisher.publish(Topics.EVALUATIONS, id, report.toBuilder().clearFaces().build());
    } catch (FaultException e) {
      announced.remove(id);
      throw e;
    }
    log.info("evaluation announced id={} version={}", id, report.getModelVersion());
  }

  private void followed(FollowedRecord<Evaluation> record) {
    Evaluation report = record.value();
    if (report == null) {
      known.remove(record.key());
    } else {
      announced.add(report.getEvaluationId());
      known.add(report);
    }
  }

  private void tellReadiness() {
    if (follower.caughtUp()) {
      announcementsRead.met();
    }
  }

  private void announceMissing() {
    if (!follower.caughtUp()) {
      return;
    }
    try {
      for (String id : stored.ids()) {
        if (!announced.contains(id) && !unreadable.contains(id)) {
          announceStored(id);
        }
      }
    } catch (FaultException e) {
      log.warn("evaluations not looked after, trying again error={}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("evaluations not looked after, trying again", e);
    }
  }

  private void announceStored(String id) {
    Evaluation report;
    try {
      report = stored.read(id);
    } catch (FaultException e) {
      if (e.kind() == FaultKind.DATA_LOSS) {
        unreadable.add(id);
      }
      log.error("evaluation left out id={} error={}", id, e.getMessage());
      return;
    }
    announce(report);
    known.add(report);
  }

  @Override
  @PreDestroy
  public void close() {
    scheduler.shutdownNow();
    follower.close();
  }
}
