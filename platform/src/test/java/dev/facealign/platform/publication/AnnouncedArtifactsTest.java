package dev.facealign.platform.publication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.TopicCreator;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.platform.service.Readiness;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One real broker, and one shelf that several services share as their store. */
@Timeout(120)
class AnnouncedArtifactsTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final Map<String, String> store = new ConcurrentHashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private EmbeddedBroker broker;
  private RecordPublisher publisher;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.startTemporary();
    TopicCreator creator = new TopicCreator(KafkaSettings.of(broker.bootstrapServers()));
    open.add(creator);
    creator.start();
    publisher = new RecordPublisher(KafkaSettings.of(broker.bootstrapServers()));
    open.add(publisher);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    broker.close();
  }

  @Test
  void announcesOnceAndMakesUpForWhatWasStoredWithoutWord() {
    // Given: an artifact whose publisher died before it said so, one that is damaged, two services
    store.put("orphan", "told by nobody");
    store.put("broken", "");
    Service first = new Service();
    Service second = new Service();
    await().atMost(SOON).until(() -> first.readiness.unmet().size() == 1);

    // When
    store.put("one", "told at once");
    first.announcements.announce("one", StringValue.of("told at once"), "artifact one");
    first.announcements.announce("one", StringValue.of("told at once"), "artifact one");

    // Then: both know both
    Map<String, String> expected = Map.of("one", "told at once", "orphan", "told by nobody");
    for (Service service : List.of(first, second)) {
      await().atMost(SOON).untilAsserted(() -> assertThat(service.known).isEqualTo(expected));
      assertThat(service.gauge("left.out")).isEqualTo(1);
    }

    // Then: announced, whoever did it
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              List<FollowedRecord<StringValue>> records = onTheTopic();
              assertThat(records.stream().filter(record -> record.key().equals("one"))).hasSize(1);
              assertThat(records)
                  .filteredOn(record -> record.key().equals("orphan"))
                  .isNotEmpty()
                  .extracting(FollowedRecord::value)
                  .containsOnly(StringValue.of("told by nobody"));
              assertThat(records).noneMatch(record -> record.key().equals("broken"));
            });
    await().atMost(SOON).until(() -> first.gauge("pending") + second.gauge("pending") == 0);
  }

  private List<FollowedRecord<StringValue>> onTheTopic() {
    List<FollowedRecord<StringValue>> records = new CopyOnWriteArrayList<>();
    try (TopicFollower<StringValue> follower =
        new TopicFollower<>(
            KafkaSettings.of(broker.bootstrapServers()),
            Topics.EVALUATIONS,
            StringValue.parser(),
            records::add)) {
      follower.start();
      follower.awaitCaughtUp(SOON);
    }
    return records;
  }

  private final class Service implements AnnouncedArtifacts.Catalogue<StringValue> {
    final Map<String, String> known = new ConcurrentHashMap<>();
    final Set<String> asked = ConcurrentHashMap.newKeySet();
    final Readiness readiness = new Readiness();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final AnnouncedArtifacts<StringValue> announcements;

    Service() {
      announcements =
          new AnnouncedArtifacts<>(
              Topics.EVALUATIONS,
              StringValue.parser(),
              this,
              publisher,
              KafkaSettings.of(broker.bootstrapServers()),
              metrics,
              readiness);
      open.add(announcements);
      announcements.start();
    }

    double gauge(String name) {
      return metrics.get("facealign.announcements." + name).gauge().value();
    }

    @Override
    public List<String> stored() {
      return List.copyOf(store.keySet());
    }

    @Override
    public StringValue describe(String key) {
      if (key.equals("broken")) {
        assertThat(asked.add(key)).as("a damaged artifact is looked at once").isTrue();
        throw FaultException.of(FaultKind.DATA_LOSS, "ARTIFACT_DAMAGED", "broken: sha256 differs");
      }
      return StringValue.of(store.getOrDefault(key, ""));
    }

    @Override
    public void add(String key, StringValue announcement) {
      known.put(key, announcement.getValue());
    }
  }
}
