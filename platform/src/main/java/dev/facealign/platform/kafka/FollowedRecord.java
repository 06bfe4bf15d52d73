package dev.facealign.platform.kafka;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record as a {@link TopicFollower} hands it out.
 *
 * @param key empty where the record has none
 * @param value null for a tombstone: the key was deleted
 * @param partition where it lies
 * @param offset where it lies
 * @param timestamp when it was written
 * @param headers the last of each name, in UTF-8; those without a value left out
 */
public record FollowedRecord<V>(
    String key,
    @Nullable V value,
    int partition,
    long offset,
    Instant timestamp,
    Map<String, String> headers) {

  public FollowedRecord {
    headers = Map.copyOf(headers);
  }
}
