package dev.facealign.platform.publication;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.service.Readiness;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces on a compacted topic what lies in the artifact store. The store decides what exists; an
 * artifact that is stored but not announced, because Kafka was away or a process died in between,
 * is announced later by whichever service of the kind runs. Several may do so at once: the same
 * announcement may then stand on the topic twice, under one key and with one value.
 *
 * <p>What the topic says goes to the {@link Catalogue} as it comes; what the store holds besides,
 * once the topic was read to its end, or when Kafka has kept it waiting. An artifact that is
 * damaged is left out and named in the log, once. Ready when the topic was read to its end.
 *
 * <p>Metrics, tag {@code topic}: gauges {@code facealign.announcements.pending}: stored and not
 * announced yet; {@code facealign.announcements.left.out}: stored and damaged.
 *
 * @param <V> what an announcement says
 */
public final class AnnouncedArtifacts<V extends MessageLite> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AnnouncedArtifacts.class);
  private static final Duration READINESS_PERIOD = Duration.ofMillis(250);
  private static final Duration STORE_PERIOD = Duration.ofSeconds(3);

  /** So long the topic alone says what there is; reading the store costs more. */
  private static final Duration KAFKA_IS_LATE = Duration.ofSeconds(5);

  private static final Duration CLOSE = Duration.ofSeconds(5);

  /**
   * A service's side: what is stored, and what it knows of it. Called by several threads.
   *
   * @param <V> what an announcement says
   */
  public interface Catalogue<V> {
    /** Keys of everything that is stored. */
    List<String> stored();

    /**
     * What to announce of a stored artifact.
     *
     * @throws FaultException UNAVAILABLE: try later; NOT_FOUND: it is gone; else it is damaged
     */
    V describe(String key);

    /** There is this artifact; also said of one that is known. */
    void add(String key, V announcement);

    /** Its announcement was taken back. */
    default void remove(String key) {}
  }

  private final String topic;
  private final Catalogue<V> catalogue;
  private final RecordPublisher publisher;
  private final TopicFollower<V> follower;
  private final Readiness.Condition topicRead;
  private final Set<String> announced = ConcurrentHashMap.newKeySet();
  private final Map<String, V> pending = new ConcurrentHashMap<>();
  private final Set<String> leftOut = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService scheduler;
  private final long begin = System.nanoTime();

  /** Yet to be started. */
  public AnnouncedArtifacts(
      String topic,
      Parser<V> parser,
      Catalogue<V> catalogue,
      RecordPublisher publisher,
      KafkaSettings kafka,
      MeterRegistry metrics,
      Readiness readiness) {
    this.topic = topic;
    this.catalogue = catalogue;
    this.publisher = publisher;
    this.topicRead = readiness.condition("topic " + topic);
    this.follower = new TopicFollower<>(kafka, metrics, topic, parser, this::followed);
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "announce-" + topic);
              thread.setDaemon(true);
              return thread;
            });
    Gauge.builder("facealign.announcements.pending", pending, Map::size)
        .description("Artifacts that are stored and not announced yet")
        .tag("topic", topic)
        .register(metrics);
    Gauge.builder("facealign.announcements.left.out", leftOut, Set::size)
        .description("Artifacts that are stored and damaged")
        .tag("topic", topic)
        .register(metrics);
  }

  /** Begins to read the topic and to look after the store. To be called once. */
  public void start() {
    topicRead.unmet("not read to its end yet");
    follower.start();
    every(READINESS_PERIOD, this::tellReadiness);
    every(STORE_PERIOD, this::lookAfter);
  }

  private void every(Duration period, Runnable task) {
    ScheduledFuture<?> unused = // neither task throws; close() ends them
        scheduler.scheduleWithFixedDelay(task, 0, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Announces an artifact that has just been stored; one that is announced, not again.
   *
   * @param what in words, for the message: "shape model 1234"
   * @throws FaultException UNAVAILABLE: Kafka is away; it will be made up for
   */
  public void announce(String key, V announcement, String what) {
    catalogue.add(key, announcement);
    if (announced.contains(key)) {
      return;
    }
    pending.put(key, announcement);
    try {
      announce(key, announcement);
    } catch (FaultException e) {
      if (e.kind() != FaultKind.UNAVAILABLE) {
        throw e;
      }
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          e.reason(),
          what + " is stored, and will be announced when Kafka is back: " + e.getMessage(),
          e);
    }
  }

  private void announce(String key, V announcement) {
    if (announced.add(key)) {
      try {
        publisher.publish(topic, key, announcement);
      } catch (RuntimeException e) {
        announced.remove(key);
        throw e;
      }
      log.info("artifact announced topic={} key={}", topic, key);
    }
    pending.remove(key);
  }

  private void followed(FollowedRecord<V> record) {
    String key = record.key();
    announced.add(key);
    pending.remove(key);
    V value = record.value();
    if (value == null) {
      catalogue.remove(key);
    } else {
      catalogue.add(key, value);
    }
  }

  private void tellReadiness() {
    if (follower.caughtUp()) {
      topicRead.met();
    }
  }

  private void lookAfter() {
    boolean topicIsRead = follower.caughtUp();
    if (!topicIsRead && System.nanoTime() - begin < KAFKA_IS_LATE.toNanos()) {
      return;
    }
    try {
      // What was found in this look waits for the next: whoever stored it announces it meanwhile.
      List<Map.Entry<String, V>> due = List.copyOf(pending.entrySet());
      for (String key : catalogue.stored()) {
        learn(key);
      }
      if (topicIsRead) {
        due.forEach(artifact -> makeUpFor(artifact.getKey(), artifact.getValue()));
      }
    } catch (FaultException e) {
      log.warn("store not looked after, trying again topic={} error={}", topic, e.getMessage());
    } catch (RuntimeException e) {
      log.error("store not looked after, trying again topic={}", topic, e);
    }
  }

  /** One artifact that cannot be announced must not keep the others back. */
  private void makeUpFor(String key, V announcement) {
    try {
      announce(key, announcement);
    } catch (FaultException e) {
      if (e.kind() != FaultKind.UNAVAILABLE) {
        // Kafka will not take it the next time either.
        leftOut.add(key);
        pending.remove(key);
      }
      log.warn("artifact not announced topic={} key={} error={}", topic, key, e.getMessage());
    }
  }

  private void learn(String key) {
    if (announced.contains(key) || pending.containsKey(key) || leftOut.contains(key)) {
      return;
    }
    V announcement;
    try {
      announcement = catalogue.describe(key);
    } catch (FaultException e) {
      if (e.kind() == FaultKind.NOT_FOUND) {
        return;
      }
      if (e.kind() != FaultKind.UNAVAILABLE) {
        leftOut.add(key);
      }
      log.error("artifact left out topic={} key={} error={}", topic, key, e.getMessage());
      return;
    } catch (RuntimeException e) {
      leftOut.add(key);
      log.error("artifact left out topic={} key={}", topic, key, e);
      return;
    }
    pending.put(key, announcement);
    catalogue.add(key, announcement);
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    follower.close();
    try {
      if (!scheduler.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("announcing has not ended topic={}", topic);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
