package dev.facealign.platform.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a whole topic, all partitions from their beginning, then follows it live. It belongs to no
 * group: every follower sees every record. Records of one partition come in order.
 *
 * <p>One thread of its own calls the handler. It waits for a topic or a broker that is not there
 * yet, goes on where it was when a broker comes back, finds partitions that are added, and begins
 * anew when the topic's records are gone; a handler must therefore bear a record that comes twice.
 * A handler that throws, or a value that cannot be parsed, is logged and counted, and the next
 * record follows.
 *
 * <p>Metrics, tag {@code topic}: counter {@code facealign.kafka.followed} with {@code outcome}
 * (handled, failed, unreadable); gauge {@code facealign.kafka.follow.lag}, records.
 *
 * @param <V> the value's message
 */
public final class TopicFollower<V> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LOOK_UP = Duration.ofSeconds(5);
  private static final Duration NEW_PARTITIONS = Duration.ofSeconds(30);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  @FunctionalInterface
  private interface ValueReader<V> {
    V read(byte[] value) throws InvalidProtocolBufferException;
  }

  private final KafkaSettings settings;
  private final MeterRegistry registry;
  private final String topic;
  private final ValueReader<V> reader;
  private final Consumer<FollowedRecord<V>> handler;
  private final Thread thread;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
  private volatile long lag;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  // Guarded by lock: next offset to handle, and the end as it was when the partition was first
  // seen.
  private final Map<Integer, Long> positions = new HashMap<>();
  private final Map<Integer, Long> ends = new HashMap<>();

  /** Without metrics. */
  public TopicFollower(
      KafkaSettings settings, String topic, Parser<V> parser, Consumer<FollowedRecord<V>> handler) {
    this(settings, new CompositeMeterRegistry(), topic, parser, handler);
  }

  /**
   * Makes a follower that is yet to be started.
   *
   * @param handler called for one record after the other
   */
  public TopicFollower(
      KafkaSettings settings,
      MeterRegistry registry,
      String topic,
      Parser<V> parser,
      Consumer<FollowedRecord<V>> handler) {
    this(settings, registry, topic, (ValueReader<V>) parser::parseFrom, handler);
  }

  /** A follower of a topic whose values are not all protobuf: it hands them out as they are. */
  public static TopicFollower<byte[]> ofBytes(
      KafkaSettings settings,
      MeterRegistry registry,
      String topic,
      Consumer<FollowedRecord<byte[]>> handler) {
    return new TopicFollower<>(
        settings, registry, topic, (ValueReader<byte[]>) value -> value, handler);
  }

  private TopicFollower(
      KafkaSettings settings,
      MeterRegistry registry,
      String topic,
      ValueReader<V> reader,
      Consumer<FollowedRecord<V>> handler) {
    this.settings = settings;
    this.registry = registry;
    this.topic = topic;
    this.reader = reader;
    this.handler = handler;
    this.thread = new Thread(this::run, "follow-" + topic);
    this.thread.setDaemon(true);
    Gauge.builder("facealign.kafka.follow.lag", this, TopicFollower::lag)
        .description("Records of the topic that are not handled yet")
        .tag("topic", topic)
        .register(registry);
  }

  /** Begins to read; returns at once. To be called once. */
  public void start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("follower of " + topic + ": started already");
    }
    thread.start();
  }

  /** Whether everything was handled that was in the topic when it was first reached. */
  public boolean caughtUp() {
    lock.lock();
    try {
      return !ends.isEmpty()
          && ends.entrySet().stream()
              .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    } finally {
      lock.unlock();
    }
  }

  /** Records known to the broker that are not handled yet. */
  public long lag() {
    return lag;
  }

  /**
   * Waits for {@link #caughtUp()}.
   *
   * @throws FaultException UNAVAILABLE when it is not in time
   */
  public void awaitCaughtUp(Duration timeout) {
    await("its end", timeout, this::caughtUp);
  }

  /**
   * Waits until a record was handled; see {@link RecordPublisher#publish}.
   *
   * @throws FaultException UNAVAILABLE when it is not in time
   */
  public void awaitThrough(RecordMetadata written, Duration timeout) {
    if (!written.topic().equals(topic)) {
      throw new IllegalArgumentException(
          "topic: " + written.topic() + " (expected: " + topic + ")");
    }
    await(
        "offset " + written.offset() + " of partition " + written.partition(),
        timeout,
        () -> positions.getOrDefault(written.partition(), 0L) > written.offset());
  }

  private void await(String what, Duration timeout, BooleanSupplier reached) {
    long remaining = timeout.toNanos();
    lock.lock();
    try {
      while (!reached.getAsBoolean()) {
        if (remaining <= 0 || closed) {
          throw unavailable(what + " was not reached within " + timeout.toMillis() + " ms", null);
        }
        remaining = progress.awaitNanos(remaining);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted while waiting for " + what, e);
    } finally {
      lock.unlock();
    }
  }

  private FaultException unavailable(String what, @Nullable Exception cause) {
    return FaultException.of(
        FaultKind.UNAVAILABLE, "KAFKA_UNAVAILABLE", "topic " + topic + ": " + what, cause);
  }

  private Map<String, Object> consumerSettings() {
    Map<String, Object> consumer = settings.clientSettings("follow-" + topic);
    consumer.put("enable.auto.commit", false);
    consumer.put("auto.offset.reset", "earliest");
    consumer.put("allow.auto.create.topics", false);
    return consumer;
  }

  private void run() {
    BackOff backOff = new BackOff(Duration.ofMillis(200), Duration.ofSeconds(5));
    while (!closed) {
      try (KafkaConsumer<String, byte[]> client =
          new KafkaConsumer<>(
              consumerSettings(), new StringDeserializer(), new ByteArrayDeserializer())) {
        consumer = client;
        follow(client, backOff);
      } catch (WakeupException | InterruptException e) {
        // close() was called; the loop ends.
      } catch (KafkaException e) {
        log.warn("topic cannot be read, trying again topic={} error={}", topic, e.toString());
        pause(backOff.next());
      } catch (RuntimeException e) {
        log.error("topic cannot be read, trying again topic={}", topic, e);
        pause(backOff.next());
      } finally {
        consumer = null;
      }
    }
  }

  private void follow(KafkaConsumer<String, byte[]> client, BackOff backOff) {
    Set<TopicPartition> assigned = new HashSet<>();
    long lookedUp = 0;
    while (!closed) {
      if (assigned.isEmpty() || System.nanoTime() - lookedUp > NEW_PARTITIONS.toNanos()) {
        lookedUp = System.nanoTime();
        if (!assignNew(client, assigned)) {
          pause(backOff.next());
          continue;
        }
      }
      for (ConsumerRecord<String, byte[]> record : client.poll(POLL)) {
        handle(record);
        advance(record.partition(), record.offset() + 1);
      }
      // Also past offsets that hold no record: compacted ones, or a transaction's marks.
      for (TopicPartition partition : assigned) {
        advance(partition.partition(), client.position(partition, LOOK_UP));
      }
      lag = assigned.stream().mapToLong(partition -> lagOf(client, partition)).sum();
      backOff.reset();
    }
  }

  /** Assigns partitions that are not assigned yet; false where the topic cannot be looked up. */
  private boolean assignNew(KafkaConsumer<String, byte[]> client, Set<TopicPartition> assigned) {
    List<TopicPartition> found;
    Map<TopicPartition, Long> foundEnds;
    try {
      List<PartitionInfo> infos = client.partitionsFor(topic, LOOK_UP);
      found =
          infos == null
              ? List.of()
              : infos.stream()
                  .map(info -> new TopicPartition(topic, info.partition()))
                  .filter(partition -> !assigned.contains(partition))
                  .toList();
      foundEnds = found.isEmpty() ? Map.of() : client.endOffsets(found, LOOK_UP);
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      if (assigned.isEmpty()) {
        log.warn("topic not reached yet, trying again topic={} error={}", topic, e.toString());
      }
      return !assigned.isEmpty();
    }
    if (found.isEmpty()) {
      if (assigned.isEmpty()) {
        log.info("topic is not there yet, waiting topic={}", topic);
      }
      return !assigned.isEmpty();
    }
    assigned.addAll(found);
    client.assign(assigned);
    resume(client, found, foundEnds);
    log.info("topic followed topic={} partitions={}", topic, assigned.size());
    return true;
  }

  /** From the beginning; or, after the client was made anew, from where it was. */
  private void resume(
      KafkaConsumer<String, byte[]> client,
      Collection<TopicPartition> found,
      Map<TopicPartition, Long> foundEnds) {
    lock.lock();
    try {
      for (TopicPartition partition : found) {
        Long position = positions.get(partition.partition());
        if (position == null) {
          client.seekToBeginning(List.of(partition));
          ends.put(partition.partition(), foundEnds.getOrDefault(partition, 0L));
        } else {
          client.seek(partition, position);
        }
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static long lagOf(KafkaConsumer<String, byte[]> client, TopicPartition partition) {
    OptionalLong lag = client.currentLag(partition);
    return lag.orElse(0L);
  }

  private void handle(ConsumerRecord<String, byte[]> record) {
    V value;
    try {
      value = record.value() == null ? null : reader.read(record.value());
    } catch (InvalidProtocolBufferException e) {
      log.warn(
          "record skipped, its value cannot be parsed topic={} partition={} offset={} key={} error={}",
          topic,
          record.partition(),
          record.offset(),
          record.key(),
          e.getMessage());
      count("unreadable");
      return;
    }
    try {
      handler.accept(
          new FollowedRecord<>(
              record.key() == null ? "" : record.key(),
              value,
              record.partition(),
              record.offset(),
              Instant.ofEpochMilli(record.timestamp()),
              RecordHeaders.texts(record.headers())));
      count("handled");
    } catch (RuntimeException e) {
      log.error(
          "record not handled topic={} partition={} offset={} key={}",
          topic,
          record.partition(),
          record.offset(),
          record.key(),
          e);
      count("failed");
    }
  }

  private void count(String outcome) {
    Counter.builder("facealign.kafka.followed")
        .description("Records of a followed topic")
        .tag("topic", topic)
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  private void advance(int partition, long position) {
    lock.lock();
    try {
      Long before = positions.put(partition, position);
      if (before == null || before != position) {
        progress.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void pause(Duration pause) {
    lock.lock();
    try {
      long remaining = pause.toNanos();
      while (remaining > 0 && !closed) {
        remaining = progress.awaitNanos(remaining);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Stops; a handler that is running is waited for, at most 5 s. */
  @Override
  public void close() {
    closed = true;
    KafkaConsumer<String, byte[]> client = consumer;
    if (client != null) {
      client.wakeup();
    }
    lock.lock();
    try {
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread() == thread || !started.get()) {
      return;
    }
    try {
      thread.join(CLOSE.toMillis());
      if (thread.isAlive()) {
        log.warn("follower has not ended topic={}", topic);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
