package dev.facealign.trainer.queue;

import com.google.protobuf.ByteString;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordHeaders;
import dev.facealign.trainer.job.RecordPlace;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job queue on a Kafka share group (KIP-932): any worker takes any job, whatever the number of
 * partitions, and a vanished worker's job comes back when its lock runs out.
 *
 * <p>One thread owns the consumer. While a job is held it renews the record's lock three times per
 * lock duration; training goes on on the taker's own thread.
 *
 * <p>Facts about share consumers that shape this class (Kafka 4.3): {@code poll} throws while a
 * record is not acknowledged; after a RENEW the record is handed out by {@code poll} once more, and
 * must be before the next RENEW; an acknowledgement that succeeds is no proof that nobody else
 * holds the record; after a {@code poll} that gave nothing the client goes on fetching until it has
 * locked a record, which is only seen at the next {@code poll}, however late, and is another's once
 * its lock has run out; a {@code poll} that finds nothing at hand asks for one more record, though
 * one may be coming in at that very moment, and what is locked beyond the first is not seen before
 * the first is ended: so polls are long, and few; an acknowledgement that a broker did not answer
 * is given up by the client at once, and the record cannot be renewed any more.
 *
 * <p>Metrics: counter {@code facealign.trainer.queue.renewals} by {@code outcome} (renewed,
 * refused, timed_out); counter {@code facealign.trainer.queue.deliveries} by {@code kind} (first,
 * again).
 */
public final class ShareGroupJobQueue implements JobQueue {
  private static final Logger log = LoggerFactory.getLogger(ShareGroupJobQueue.class);

  /** Long: see the class. Who closes the queue ends it. */
  private static final Duration POLL = Duration.ofSeconds(30);

  /** How long a job is kept for a taker who is about to come back. */
  private static final Duration OFFER = Duration.ofSeconds(1);

  private static final Duration POLL_FOR_RENEWED_RECORD = Duration.ofMillis(250);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final int POLLS_FOR_RENEWED_RECORD = 20;

  private final Map<String, Object> settings;
  private final String topic;
  private final Duration lock;
  private final MeterRegistry registry;
  private final Thread thread;
  private final Object monitor = new Object();

  // Guarded by monitor.
  private boolean takerWaits;
  private boolean closed;
  private @Nullable Held held;
  private @Nullable KafkaShareConsumer<String, byte[]> waitsForJob;

  // The queue's thread only.
  private @Nullable KafkaShareConsumer<String, byte[]> consumer;

  /** When the last poll ended. */
  private long lastPoll = System.nanoTime();

  /**
   * Joins the group, which is to be {@link #configureGroup configured}.
   *
   * @param kafka how Kafka is reached
   * @param topic the job topic
   * @param group the share group
   * @param workerId this worker's name, for Kafka's logs
   * @param lock how long a job stays with a worker that is silent, 15 to 60 s
   * @param registry for metrics
   */
  public ShareGroupJobQueue(
      KafkaSettings kafka,
      String topic,
      String group,
      String workerId,
      Duration lock,
      MeterRegistry registry) {
    this.lock = lock;
    this.registry = registry;
    // Made now, so that a rate over them has a zero to begin with.
    for (String kind : new String[] {"first", "again"}) {
      var unused = counter("deliveries", "kind", kind);
    }
    for (String outcome : new String[] {"renewed", "refused", "timed_out"}) {
      var unused = counter("renewals", "outcome", outcome);
    }
    this.topic = topic;
    this.settings = kafka.clientSettings(workerId);
    settings.put("group.id", group);
    settings.put("share.acknowledgement.mode", "explicit");
    settings.put("share.acquire.mode", "record_limit");
    settings.put("max.poll.records", 1);
    this.thread = new Thread(this::run, "queue-" + topic);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Makes a share group fit for jobs: by default it would begin at the end of its topics and lose
   * jobs that were sent before it existed.
   *
   * @param lock how long a job stays with a worker that is silent, 15 to 60 s
   * @throws KafkaException Kafka is away, or refuses
   */
  public static void configureGroup(KafkaSettings kafka, String group, Duration lock) {
    List<AlterConfigOp> needed =
        List.of(
            set("share.auto.offset.reset", "earliest"),
            set("share.record.lock.duration.ms", Long.toString(lock.toMillis())));
    List<AlterConfigOp> better = new ArrayList<>(needed);
    // The most that Kafka allows, since 4.3; five by default.
    better.add(set("share.delivery.count.limit", "10"));
    try (Admin admin = Admin.create(kafka.clientSettings("job-queue-settings"))) {
      try {
        alter(admin, group, better);
      } catch (ExecutionException e) {
        log.info("share group keeps its delivery limit group={} error={}", group, e.toString());
        alter(admin, group, needed);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("share group " + group + " could not be configured", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  private static void alter(Admin admin, String group, List<AlterConfigOp> settings)
      throws InterruptedException, ExecutionException, TimeoutException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    admin.incrementalAlterConfigs(Map.of(resource, settings)).all().get(60, TimeUnit.SECONDS);
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }

  @Override
  public Optional<JobDelivery> take(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (monitor) {
      if (held != null && held.ending == null) {
        throw new IllegalStateException("the delivery before has not been ended");
      }
      takerWaits = true;
      monitor.notifyAll();
      try {
        while ((held == null || held.ending != null) && !closed) {
          long left = deadline - System.nanoTime();
          if (left <= 0) {
            return Optional.empty();
          }
          TimeUnit.NANOSECONDS.timedWait(monitor, left);
        }
        return closed ? Optional.empty() : Optional.ofNullable(held);
      } finally {
        takerWaits = false;
      }
    }
  }

  @Override
  public void close() {
    synchronized (monitor) {
      closed = true;
      monitor.notifyAll();
      if (waitsForJob != null) {
        waitsForJob.wakeup();
      }
    }
    try {
      thread.join(Duration.ofSeconds(15).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        Held current;
        synchronized (monitor) {
          while (held == null && !takerWaits && !closed) {
            monitor.wait();
          }
          if (closed) {
            break;
          }
          current = held;
        }
        try {
          if (current == null) {
            acquire();
          } else {
            attend(current);
          }
        } catch (InterruptException e) {
          throw e;
        } catch (WakeupException e) {
          // Closing; leaving the group releases what was locked.
          log.debug("job queue woken to close");
        } catch (RuntimeException e) {
          // Whatever it is: a queue that is asked no more would look like one that is empty.
          log.warn("job queue error", e);
          pause();
        }
      }
      giveBack();
    } catch (InterruptedException | InterruptException e) {
      log.warn("job queue interrupted");
    } finally {
      leave();
    }
  }

  private KafkaShareConsumer<String, byte[]> consumer() {
    KafkaShareConsumer<String, byte[]> member = consumer;
    if (member == null) {
      member =
          new KafkaShareConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
      member.subscribe(List.of(topic));
      consumer = member;
      lastPoll = System.nanoTime();
    }
    return member;
  }

  private void leave() {
    KafkaShareConsumer<String, byte[]> member = consumer;
    consumer = null;
    if (member != null) {
      member.close(CLOSE);
    }
  }

  /** Keeps a lasting failure from turning into a busy loop. */
  private static void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(500);
  }

  private void acquire() throws InterruptedException {
    // What was locked by a fetch long ago may be another worker's by now.
    boolean stale = System.nanoTime() - lastPoll > lock.dividedBy(3).toNanos();
    for (ConsumerRecord<String, byte[]> record : awaitJob()) {
      if (stale || !offered(record)) {
        acknowledged(record, AcknowledgeType.RELEASE);
      }
    }
  }

  private ConsumerRecords<String, byte[]> awaitJob() {
    KafkaShareConsumer<String, byte[]> member = consumer();
    synchronized (monitor) {
      if (closed) {
        return ConsumerRecords.empty();
      }
      waitsForJob = member;
    }
    try {
      return poll(POLL);
    } catch (WakeupException e) {
      return ConsumerRecords.empty();
    } finally {
      synchronized (monitor) {
        waitsForJob = null;
      }
    }
  }

  /**
   * Whether somebody takes the job. One that nobody waits for must not be held: its taker may have
   * gone to another queue.
   */
  private boolean offered(ConsumerRecord<String, byte[]> record) throws InterruptedException {
    long end = System.nanoTime() + OFFER.toNanos();
    synchronized (monitor) {
      while (!takerWaits && !closed) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(monitor, left);
      }
      if (closed) {
        return false;
      }
      held = new Held(record);
      count("deliveries", "kind", held.message.delivery() > 1 ? "again" : "first");
      monitor.notifyAll();
      return true;
    }
  }

  private ConsumerRecords<String, byte[]> poll(Duration patience) {
    try {
      return consumer().poll(patience);
    } finally {
      lastPoll = System.nanoTime();
    }
  }

  private void count(String what, String tag, String value) {
    counter(what, tag, value).increment();
  }

  private Counter counter(String what, String tag, String value) {
    return registry.counter("facealign.trainer.queue." + what, tag, value);
  }

  /** Waits for the holder's word or the time to renew, whichever comes first. */
  private void attend(Held current) throws InterruptedException {
    synchronized (monitor) {
      long left = current.renewAt - System.nanoTime();
      while (current.ending == null && !closed && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(monitor, left);
        left = current.renewAt - System.nanoTime();
      }
      if (closed) {
        return;
      }
    }
    Ending ending = current.ending;
    if (ending != null) {
      // A lost record is let go of all the same: the client refuses to poll while it has one.
      boolean wasLost = current.lost;
      boolean agreed =
          !current.loose
              && acknowledged(current.record, wasLost ? AcknowledgeType.RELEASE : ending.type);
      drop(current);
      ending.agreed.complete(agreed && !wasLost);
    } else if (!current.lost && !current.loose) {
      renew(current);
    } else {
      current.renewAt = System.nanoTime() + lock.toNanos();
    }
  }

  private void renew(Held current) {
    current.renewAt = System.nanoTime() + lock.dividedBy(3).toNanos();
    Answer answer;
    try {
      answer = acknowledge(current.record, AcknowledgeType.RENEW);
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      answer = Answer.NONE;
    }
    switch (answer) {
      case REFUSED -> {
        count("renewals", "outcome", "refused");
        lose(current, "renewal refused");
      }
      case NONE -> {
        count("renewals", "outcome", "timed_out");
        loosen(current, "renewal was not answered");
      }
      case AGREED -> {
        count("renewals", "outcome", "renewed");
        if (!comesBack(current)) {
          loosen(current, "renewed record did not come back");
        }
      }
    }
  }

  private boolean comesBack(Held current) {
    for (int i = 0; i < POLLS_FOR_RENEWED_RECORD && current.ending == null; i++) {
      for (ConsumerRecord<String, byte[]> record : poll(POLL_FOR_RENEWED_RECORD)) {
        if (record.partition() == current.record.partition()
            && record.offset() == current.record.offset()) {
          current.record = record;
          return true;
        }
        consumer().acknowledge(record, AcknowledgeType.RELEASE);
      }
    }
    return current.ending != null;
  }

  /**
   * The broker is away, so nobody else can take the job from it now. When it is back somebody may,
   * or nobody: only the event log tells, and until it does the holder need not stop. The consumer
   * is of no use until then, and its threads spin while no broker answers (Kafka 4.3.1).
   */
  private void loosen(Held current, String why) {
    log.warn(
        "job is held by the event log alone partition={} offset={} why={}",
        current.record.partition(),
        current.record.offset(),
        why);
    current.loose = true;
    leave();
  }

  private void lose(Held current, String why) {
    log.warn(
        "job lost partition={} offset={} why={}",
        current.record.partition(),
        current.record.offset(),
        why);
    current.lost = true;
  }

  private void drop(Held current) {
    synchronized (monitor) {
      if (held == current) {
        held = null;
      }
    }
  }

  private void giveBack() {
    Held current;
    synchronized (monitor) {
      current = held;
      held = null;
    }
    if (current == null) {
      return;
    }
    Ending ending = current.ending;
    boolean agreed = false;
    if (!current.lost && !current.loose) {
      try {
        agreed =
            acknowledged(current.record, ending == null ? AcknowledgeType.RELEASE : ending.type);
      } catch (KafkaException e) {
        log.warn("job not given back error={}", e.toString());
      }
    }
    if (ending != null) {
      ending.agreed.complete(agreed);
    }
  }

  private enum Answer {
    AGREED,
    REFUSED,
    /** None came, or not from a broker that knows. */
    NONE
  }

  private boolean acknowledged(ConsumerRecord<String, byte[]> record, AcknowledgeType type) {
    return acknowledge(record, type) == Answer.AGREED;
  }

  private Answer acknowledge(ConsumerRecord<String, byte[]> record, AcknowledgeType type) {
    try {
      consumer().acknowledge(record, type);
    } catch (IllegalStateException e) {
      // The client has let go of the record already.
      log.warn(
          "acknowledgement refused type={} offset={} error={}",
          type,
          record.offset(),
          e.getMessage());
      return Answer.REFUSED;
    }
    Answer answer = Answer.AGREED;
    for (Optional<KafkaException> failure : consumer().commitSync(COMMIT_TIMEOUT).values()) {
      if (failure.isPresent()) {
        log.warn(
            "acknowledgement failed type={} offset={} error={}",
            type,
            record.offset(),
            failure.get().toString());
        boolean unanswered = failure.get() instanceof RetriableException;
        answer = unanswered && answer == Answer.AGREED ? Answer.NONE : Answer.REFUSED;
      }
    }
    return answer;
  }

  private static final class Ending {
    final AcknowledgeType type;
    final CompletableFuture<Boolean> agreed = new CompletableFuture<>();

    Ending(AcknowledgeType type) {
      this.type = type;
    }
  }

  /** The job that is held. Its record changes with every renewal, on the queue's thread only. */
  private final class Held implements JobDelivery {
    private final JobMessage message;
    private ConsumerRecord<String, byte[]> record;
    private long renewAt = System.nanoTime() + lock.dividedBy(3).toNanos();
    private volatile boolean lost;

    /** Not renewed any more; the queue's thread only. */
    private boolean loose;

    private volatile @Nullable Ending ending;

    Held(ConsumerRecord<String, byte[]> record) {
      this.record = record;
      this.message = messageOf(record);
    }

    @Override
    public JobMessage message() {
      return message;
    }

    @Override
    public boolean lost() {
      return lost;
    }

    @Override
    public boolean finish() {
      return end(AcknowledgeType.ACCEPT);
    }

    @Override
    public void release() {
      end(AcknowledgeType.RELEASE);
    }

    private boolean end(AcknowledgeType type) {
      Ending mine = new Ending(type);
      synchronized (monitor) {
        if (ending != null) {
          return false;
        }
        ending = mine;
        if (closed && held != this) {
          return false;
        }
        monitor.notifyAll();
      }
      try {
        return mine.agreed.get(COMMIT_TIMEOUT.toMillis() * 3, TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        log.warn("delivery not ended type={} offset={}", type, message.place().offset());
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  private static JobMessage messageOf(ConsumerRecord<String, byte[]> record) {
    return new JobMessage(
        record.key() == null ? "" : record.key(),
        record.value() == null ? ByteString.EMPTY : ByteString.copyFrom(record.value()),
        RecordHeaders.texts(record.headers()),
        new RecordPlace(record.topic(), record.partition(), record.offset()),
        Instant.ofEpochMilli(record.timestamp()),
        record.deliveryCount().orElse((short) 1));
  }
}
