package dev.facealign.pca;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.contract.StoredShapeModel;
import dev.facealign.platform.contract.StoredShapeModels;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.platform.service.Readiness;
import dev.facealign.v1.ShapeModel;
import dev.facealign.v1.ShapeModelSummary;
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
 * Publishes shape models: into the store, which decides what exists, then as an announcement on the
 * topic {@link Topics#SHAPE_MODELS}. A model that is stored but not announced, because Kafka was
 * away or a process died in between, is announced later by whichever pca-service runs.
 */
@Context
final class ShapeModelPublication implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ShapeModelPublication.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final StoredShapeModels stored;
  private final KnownShapeModels known;
  private final RecordPublisher publisher;
  private final TopicFollower<ShapeModelSummary> follower;
  private final Readiness.Condition announcementsRead;
  private final Set<String> announced = ConcurrentHashMap.newKeySet();
  private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService scheduler;

  ShapeModelPublication(
      StoredShapeModels stored,
      KnownShapeModels known,
      RecordPublisher publisher,
      KafkaSettings kafka,
      MeterRegistry metrics,
      Readiness readiness) {
    this.stored = stored;
    this.known = known;
    this.publisher = publisher;
    this.announcementsRead = readiness.condition("topic " + Topics.SHAPE_MODELS);
    this.follower =
        new TopicFollower<>(
            kafka,
            metrics,
            Topics.SHAPE_MODELS,
            ShapeModelSummary.parser(),
            record -> {
              ShapeModelSummary summary = record.value();
              if (summary != null) {
                announced.add(summary.getVersion());
                known.add(summary);
              }
            });
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "shape-model-publication");
              thread.setDaemon(true);
              return thread;
            });
  }

  @PostConstruct
  void start() {
    announcementsRead.unmet("not read to its end yet");
    follower.start();
    ScheduledFuture<?> unused = // lookAfter throws nothing; close() ends it
        scheduler.scheduleWithFixedDelay(
            this::lookAfter, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Stores and announces a shape model. The same content is stored and announced once: then the
   * first publication is answered.
   *
   * @throws FaultException UNAVAILABLE when it is not stored; or stored, but not announced yet,
   *     which will be made up for
   */
  ShapeModelSummary publish(ShapeModel message) {
    StoredShapeModel model = stored.publish(message);
    ShapeModelSummary summary = Summaries.of(model);
    known.add(summary);
    try {
      announce(summary);
    } catch (FaultException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          e.reason(),
          "shape model "
              + model.version()
              + " is stored, and will be announced when Kafka is back: "
              + e.getMessage(),
          e);
    }
    return summary;
  }

  private void announce(ShapeModelSummary summary) {
    if (!announced.add(summary.getVersion())) {
      return;
    }
    try {
      publisher.publish(Topics.SHAPE_MODELS, summary.getVersion(), summary);
    } catch (FaultException e) {
      announced.remove(summary.getVersion());
      throw e;
    }
    log.info(
        "shape model announced version={} dataset={} split={} faces={} components={}",
        summary.getVersion(),
        summary.getDataset().getDataset().getName(),
        summary.getDataset().getDataset().getSplit(),
        summary.getDataset().getFaces(),
        summary.getComponents());
  }

  /** Learns what is in the store and, once the topic was read, announces what it lacks. */
  private void lookAfter() {
    try {
      for (String version : stored.versions()) {
        learn(version);
      }
      if (follower.caughtUp()) {
        announcementsRead.met();
        announceMissing();
      }
    } catch (FaultException e) {
      log.warn("shape models not looked after, trying again error={}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("shape models not looked after, trying again", e);
    }
  }

  private void learn(String version) {
    if (known.contains(version) || unreadable.contains(version)) {
      return;
    }
    try {
      known.add(Summaries.of(stored.read(version)));
    } catch (FaultException e) {
      unreadable.add(version);
      log.error("shape model left out version={} error={}", version, e.getMessage());
    }
  }

  private void announceMissing() {
    for (ShapeModelSummary summary : known.newestFirst()) {
      announce(summary);
    }
  }

  @Override
  @PreDestroy
  public void close() {
    scheduler.shutdownNow();
    follower.close();
    try {
      if (!scheduler.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("publication has not ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
