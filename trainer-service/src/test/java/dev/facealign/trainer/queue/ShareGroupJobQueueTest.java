package dev.facealign.trainer.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.trainer.queue.UrgentFirst.Urgency;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ShareGroupJobQueueTest {
  private static final Duration LOCK = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration MOMENT = Duration.ofSeconds(1);

  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.startTemporary();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void twoWorkersShareOnePartition() throws Exception {
    // Given
    topic("two-workers");
    send("two-workers", "a");
    send("two-workers", "b");

    try (JobQueue first = queue("two-workers", "w1");
        JobQueue second = queue("two-workers", "w2")) {
      // When
      JobDelivery one = first.take(PATIENCE).orElseThrow();
      JobDelivery other = second.take(PATIENCE).orElseThrow();

      // Then
      assertThat(List.of(text(one), text(other))).containsExactlyInAnyOrder("a", "b");
      assertThat(one.message().delivery()).isEqualTo(1);
      assertThat(one.finish()).isTrue();
      assertThat(other.finish()).isTrue();
      assertThat(first.take(MOMENT)).isEmpty();
    }
  }

  @Test
  void aReleasedJobComesAgainAndAFinishedOneDoesNot() throws Exception {
    // Given
    topic("release");
    send("release", "job");

    try (JobQueue queue = queue("release", "w1")) {
      // When
      queue.take(PATIENCE).orElseThrow().release();
      JobDelivery again = queue.take(PATIENCE).orElseThrow();

      // Then
      assertThat(text(again)).isEqualTo("job");
      assertThat(again.message().delivery()).isEqualTo(2);

      // When
      assertThat(again.finish()).isTrue();

      // Then
      assertThat(again.finish()).as("ending twice does nothing").isFalse();
      assertThat(queue.take(MOMENT)).isEmpty();
    }
  }

  @Test
  void aWorkerThatLeavesGivesItsJobBackAtOnce() throws Exception {
    // Given
    topic("leaving");
    send("leaving", "job");
    JobQueue leaving = queue("leaving", "w1");
    assertThat(leaving.take(PATIENCE)).isPresent();

    try (JobQueue staying = queue("leaving", "w2")) {
      assertThat(staying.take(MOMENT)).isEmpty();

      // When
      leaving.close();

      // Then
      Optional<JobDelivery> taken = staying.take(LOCK.dividedBy(2));
      assertThat(taken).isPresent();
      assertThat(taken.get().finish()).isTrue();
    }
  }

  @Test
  void aHeldJobIsKeptAliveBeyondItsLock() throws Exception {
    // Given
    topic("long");
    send("long", "job");

    try (JobQueue holder = queue("long", "w1");
        JobQueue rival = queue("long", "w2")) {
      JobDelivery held = holder.take(PATIENCE).orElseThrow();

      // When
      Optional<JobDelivery> stolen = rival.take(LOCK.plusSeconds(3));

      // Then
      assertThat(stolen).isEmpty();
      assertThat(held.lost()).isFalse();
      assertThat(held.finish()).isTrue();
    }
  }

  @Test
  void aBusyWorkerLocksNoUrgentJob() throws Exception {
    // Given a worker that looked at its urgent queue and then took a normal job
    topic("normal");
    topic("urgent");
    AtomicReference<Urgency> urgency = new AtomicReference<>(Urgency.IN_HAND);
    send("normal", "a");
    try (JobQueue busy = urgentFirst("w1", urgency::get)) {
      JobDelivery held = busy.take(PATIENCE).orElseThrow();
      assertThat(text(held)).isEqualTo("a");

      // When
      send("urgent", "now");
      send("normal", "b");
      urgency.set(Urgency.WAITS);

      // Then another gets the urgent one, before the normal one, and nobody had it before
      try (JobQueue free = urgentFirst("w2", urgency::get)) {
        JobDelivery now = free.take(PATIENCE).orElseThrow();
        assertThat(text(now)).isEqualTo("now");
        assertThat(now.message().delivery()).isEqualTo(1);
        assertThat(now.finish()).isTrue();
        urgency.set(Urgency.NONE);
        JobDelivery next = free.take(PATIENCE).orElseThrow();
        assertThat(text(next)).isEqualTo("b");
        assertThat(next.finish()).isTrue();
      }
      assertThat(held.finish()).isTrue();
    }
  }

  private static JobQueue urgentFirst(String worker, Supplier<Urgency> urgency) {
    return new UrgentFirst(() -> queue("urgent", worker), () -> queue("normal", worker), urgency);
  }

  @Test
  void aJobBringsItsKeyAndContentType() throws Exception {
    // Given
    topic("headers");
    try (KafkaProducer<String, byte[]> producer = producer()) {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>("headers", "nightly", new byte[] {'{', '}'});
      record.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
      producer.send(record).get();
    }

    try (JobQueue queue = queue("headers", "w1")) {
      // When
      JobDelivery delivery = queue.take(PATIENCE).orElseThrow();

      // Then
      assertThat(delivery.message().key()).isEqualTo("nightly");
      assertThat(delivery.message().contentType()).isEqualTo("application/json");
      delivery.finish();
    }
  }

  @Test
  void theQueueSurvivesAJobThatIsTakenAndEndedWhileItIsClosed() throws Exception {
    // Given
    topic("closing");
    send("closing", "job");
    JobQueue queue = queue("closing", "w1");
    JobDelivery held = queue.take(PATIENCE).orElseThrow();

    // When
    queue.close();

    // Then
    Awaitility.await().atMost(MOMENT.plus(PATIENCE)).until(() -> !held.finish());
  }

  private static JobQueue queue(String topic, String worker) {
    KafkaSettings kafka = KafkaSettings.of(broker.bootstrapServers());
    ShareGroupJobQueue.configureGroup(kafka, "group-" + topic, LOCK);
    return new ShareGroupJobQueue(
        kafka, topic, "group-" + topic, worker, LOCK, new SimpleMeterRegistry());
  }

  private static String text(JobDelivery delivery) {
    return delivery.message().value().toStringUtf8();
  }

  private static void topic(String name) throws Exception {
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
    }
  }

  private static void send(String topic, String value) throws Exception {
    try (KafkaProducer<String, byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8))).get();
    }
  }

  private static KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
        new StringSerializer(),
        new ByteArraySerializer());
  }
}
