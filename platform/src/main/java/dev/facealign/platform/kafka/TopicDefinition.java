package dev.facealign.platform.kafka;

import java.util.Map;

/**
 * A topic as it is created. The replication factor is the broker's default.
 *
 * @param name its name
 * @param partitions 1 or more
 * @param compacted the newest record of each key is kept, older ones are not
 * @param settings Kafka's topic settings
 */
public record TopicDefinition(
    String name, int partitions, boolean compacted, Map<String, String> settings) {

  public TopicDefinition {
    settings = Map.copyOf(settings);
  }
}
