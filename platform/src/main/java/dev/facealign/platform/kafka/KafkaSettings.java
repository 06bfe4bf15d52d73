package dev.facealign.platform.kafka;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.MapFormat;
import io.micronaut.core.naming.conventions.StringConvention;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How Kafka is reached: {@code facealign.kafka.*}.
 *
 * @param bootstrapServers "host:port", separated by commas
 * @param createTopics whether missing topics are created at the start
 * @param publishTimeout how long publishing a record may take; at least 1 s
 * @param client further settings of Kafka's clients by their Kafka names, such as {@code
 *     security.protocol}
 */
@ConfigurationProperties("facealign.kafka")
public record KafkaSettings(
    @Bindable(defaultValue = "127.0.0.1:19092") String bootstrapServers,
    @Bindable(defaultValue = "true") boolean createTopics,
    @Bindable(defaultValue = "10s") Duration publishTimeout,
    @MapFormat(transformation = MapFormat.MapTransformation.FLAT, keyFormat = StringConvention.RAW)
        @Nullable Map<String, String> client) {

  private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);

  public KafkaSettings {
    client = client == null ? Map.of() : Map.copyOf(client);
  }

  /** Defaults with these servers. */
  public static KafkaSettings of(String bootstrapServers) {
    return new KafkaSettings(bootstrapServers, true, PUBLISH_TIMEOUT, Map.of());
  }

  /**
   * Settings of a Kafka client, as a fresh map to add to.
   *
   * @param clientId names the client in Kafka's logs and quotas
   */
  public Map<String, Object> clientSettings(String clientId) {
    Map<String, Object> settings = new HashMap<>();
    // A broker that comes back is found within a second; the default grows to that as well, but
    // from 50 ms.
    settings.put("reconnect.backoff.ms", 200);
    settings.put("reconnect.backoff.max.ms", 1000);
    if (client != null) {
      settings.putAll(client);
    }
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("client.id", clientId);
    return settings;
  }
}
