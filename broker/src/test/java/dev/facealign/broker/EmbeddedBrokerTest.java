package dev.facealign.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

  private static final String TOPIC = "jobs";

  @TempDir Path folder;

  @Test
  void keepsItsRecordsOverARestartOnOtherPorts() throws Exception {
    // Given
    try (EmbeddedBroker broker = EmbeddedBroker.startOnFreePorts(folder)) {
      createTopic(broker);
      send(broker, "one");
    }

    // When
    try (EmbeddedBroker broker = EmbeddedBroker.startOnFreePorts(folder)) {
      // Then
      assertThat(readFirst(broker)).isEqualTo("one");
    }
  }

  @Test
  void servesShareGroupsAndDeletesItsTemporaryFolder() throws Exception {
    // Given
    Path temporary;
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
      temporary = broker.folder();
      createTopic(broker);
      send(broker, "shared");

      // When
      List<String> values = takeShared(broker);

      // Then
      assertThat(values).containsExactly("shared");
    }
    assertThat(temporary).doesNotExist();
  }

  @Test
  void namesThePortThatIsTaken() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int free = LoopbackPorts.twoFree()[0];

      // When, Then
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort(), free))
          .isInstanceOf(BrokerStartException.class)
          .hasMessage(
              "port: %d (expected: a free port of 127.0.0.1; another process listens on it)",
              taken.getLocalPort());
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, free, taken.getLocalPort()))
          .hasMessageStartingWith("controller port: " + taken.getLocalPort());
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void namesTheFolderAnotherBrokerUses() {
    // Given
    try (FolderLock held = FolderLock.take(folder)) {
      int[] ports = LoopbackPorts.twoFree();

      // When, Then
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, ports[0], ports[1]))
          .isInstanceOf(BrokerStartException.class)
          .hasMessage(
              "folder: %s (expected: a folder no other broker uses; broker.lock is locked)",
              folder);
    }
  }

  @Test
  void namesAFolderThatCannotBeMade() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("file"), "in the way", StandardCharsets.UTF_8);
    int[] ports = LoopbackPorts.twoFree();

    // When, Then
    assertThatThrownBy(() -> EmbeddedBroker.start(file.resolve("below"), ports[0], ports[1]))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining(file.toString());
  }

  static void createTopic(EmbeddedBroker broker) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  static void send(EmbeddedBroker broker, String value)
      throws ExecutionException, InterruptedException {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, value, value)).get();
    }
  }

  static String readFirst(EmbeddedBroker broker) {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(20))) {
        return record.value();
      }
      throw new AssertionError("no record in 20 s");
    }
  }

  private static List<String> takeShared(EmbeddedBroker broker) throws Exception {
    takeFromTheEarliest(broker);
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "workers");
    try (KafkaShareConsumer<String, String> consumer =
        new KafkaShareConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(TOPIC));
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (System.nanoTime() < end) {
        List<String> values = new ArrayList<>();
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
          values.add(record.value());
        }
        if (!values.isEmpty()) {
          return values;
        }
      }
      throw new AssertionError("no record in 20 s");
    }
  }

  private static void takeFromTheEarliest(EmbeddedBroker broker) throws Exception {
    var group = new ConfigResource(ConfigResource.Type.GROUP, "workers");
    var earliest =
        new AlterConfigOp(
            new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.incrementalAlterConfigs(Map.of(group, List.of(earliest))).all().get();
    }
  }
}
