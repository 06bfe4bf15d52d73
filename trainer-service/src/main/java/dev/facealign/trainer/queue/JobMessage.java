package dev.facealign.trainer.queue;

import com.google.protobuf.ByteString;
import dev.facealign.trainer.job.RecordPlace;
import java.time.Instant;

/**
 * A job as it lies on the topic.
 *
 * @param key the record's key; empty where it has none
 * @param value the record's value
 * @param contentType the record's content-type header; empty where it has none
 * @param topic where it lies
 * @param partition where it lies
 * @param offset where it lies
 * @param sentAt the record's time
 * @param delivery how often it was delivered, this one included, from 1
 */
public record JobMessage(
    String key,
    ByteString value,
    String contentType,
    String topic,
    int partition,
    long offset,
    Instant sentAt,
    int delivery) {

  /** Where it lies. */
  public RecordPlace place() {
    return new RecordPlace(topic, partition, offset);
  }
}
