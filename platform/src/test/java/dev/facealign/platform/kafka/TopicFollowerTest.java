package dev.facealign.platform.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One broker, stopped and started again: publisher, follower and creator beside it. */
@Timeout(120)
class TopicFollowerTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void everythingWaitsForALateBrokerAndSurvivesItsRestart() throws Exception {
    // Given: ports that nobody listens on yet
    EmbeddedBroker reserved = EmbeddedBroker.startOnFreePorts(folder.resolve("reserved"));
    int port = reserved.port();
    int controllerPort = reserved.controllerPort();
    KafkaSettings settings = KafkaSettings.of(reserved.bootstrapServers());
    reserved.close();
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    List<FollowedRecord<StringValue>> seen = new CopyOnWriteArrayList<>();

    try (TopicCreator creator = new TopicCreator(settings);
        RecordPublisher publisher = new RecordPublisher(settings, metrics);
        TopicFollower<StringValue> follower =
            new TopicFollower<>(
                settings,
                metrics,
                Topics.SHAPE_MODELS,
                StringValue.parser(),
                record -> {
                  if ("throws".equals(record.key())) {
                    throw new IllegalStateException("the handler fails on purpose");
                  }
                  seen.add(record);
                })) {
      creator.start();
      follower.start();
      assertThatThrownBy(() -> creator.awaitCreated(Duration.ofMillis(300)))
          .isInstanceOf(FaultException.class);
      assertThat(follower.caughtUp()).isFalse();

      // When: the broker comes
      EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), port, controllerPort);
      creator.awaitCreated(SOON);
      follower.awaitCaughtUp(SOON);
      RecordMetadata first = publisher.publish(Topics.SHAPE_MODELS, "a", StringValue.of("one"));
      follower.awaitThrough(first, SOON);

      // Then
      assertThat(seen).extracting(FollowedRecord::value).containsExactly(StringValue.of("one"));
      assertTopics(settings);

      // When: values that cannot be parsed, a tombstone, a handler that throws
      sendRaw(settings, "garbage", new byte[] {(byte) 0xff, (byte) 0xff});
      sendRaw(settings, "gone", null);
      publisher.publish(Topics.SHAPE_MODELS, "throws", StringValue.of("x"));
      follower.awaitThrough(
          publisher.publish(Topics.SHAPE_MODELS, "a", StringValue.of("two")), SOON);

      // Then: each is passed over, counted, and the next record follows
      assertThat(seen).extracting(FollowedRecord::key).containsExactly("a", "gone", "a");
      assertThat(seen.get(1).value()).isNull();
      assertThat(followed(metrics, "handled")).isEqualTo(3);
      assertThat(followed(metrics, "unreadable")).isEqualTo(1);
      assertThat(followed(metrics, "failed")).isEqualTo(1);

      // When: the broker goes away and comes back
      broker.close();
      RecordPublisher impatient =
          new RecordPublisher(
              new KafkaSettings(
                  settings.bootstrapServers(), true, Duration.ofSeconds(1), Map.of()));
      assertThatThrownBy(() -> impatient.publish(Topics.SHAPE_MODELS, "b", StringValue.of("never")))
          .isInstanceOfSatisfying(
              FaultException.class,
              fault -> {
                assertThat(fault.kind()).isEqualTo(FaultKind.UNAVAILABLE);
                assertThat(fault.reason()).isEqualTo("KAFKA_UNAVAILABLE");
              });
      impatient.close();
      try (EmbeddedBroker back =
          EmbeddedBroker.start(folder.resolve("broker"), port, controllerPort)) {
        RecordMetadata third = publisher.publish(Topics.SHAPE_MODELS, "a", StringValue.of("three"));
        follower.awaitThrough(third, SOON);

        // Then: it went on where it was
        assertThat(back.port()).isEqualTo(port);
        assertThat(seen)
            .extracting(FollowedRecord::value)
            .containsExactly(
                StringValue.of("one"), null, StringValue.of("two"), StringValue.of("three"));
        await().atMost(SOON).untilAsserted(() -> assertThat(follower.lag()).isZero());

        // And a follower that comes later reads everything
        List<String> late = new CopyOnWriteArrayList<>();
        try (TopicFollower<StringValue> second =
            new TopicFollower<>(
                settings, Topics.SHAPE_MODELS, StringValue.parser(), r -> late.add(r.key()))) {
          second.start();
          second.awaitCaughtUp(SOON);
          assertThat(late).containsExactly("a", "gone", "throws", "a", "a");
        }
      }
    }
  }

  private static double followed(SimpleMeterRegistry metrics, String outcome) {
    return metrics
        .get("facealign.kafka.followed")
        .tag("topic", Topics.SHAPE_MODELS)
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  private static void assertTopics(KafkaSettings settings) throws Exception {
    try (Admin admin = Admin.create(settings.clientSettings("test"))) {
      List<String> names = Topics.all().stream().map(TopicDefinition::name).toList();
      assertThat(admin.describeTopics(names).allTopicNames().get())
          .allSatisfy(
              (name, topic) ->
                  assertThat(topic.partitions()).hasSize(definition(name).partitions()));
      List<ConfigResource> resources =
          names.stream().map(n -> new ConfigResource(ConfigResource.Type.TOPIC, n)).toList();
      assertThat(admin.describeConfigs(resources).all().get())
          .allSatisfy(
              (resource, config) ->
                  assertThat(config.get("cleanup.policy").value())
                      .isEqualTo(definition(resource.name()).compacted() ? "compact" : "delete"));
    }
  }

  private static TopicDefinition definition(String name) {
    return Topics.all().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  private static void sendRaw(KafkaSettings settings, String key, byte @Nullable [] value)
      throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            settings.clientSettings("raw"), new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(Topics.SHAPE_MODELS, key, value)).get();
    }
  }
}
