package dev.facealign.platform.kafka;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record as a {@link TopicFollower} hands it out.
 *
 * @param key empty where the record has none
 * @param value null for a tombstone: the key was deleted
 * @param partition where it lies
 * @param offset where it lies
 * @param timestamp when it was written
 */
public record FollowedRecord<V>(
    String key, @Nullable V value, int partition, long offset, Instant timestamp) {}
