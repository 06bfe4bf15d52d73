package dev.facealign.trainer.queue;

import com.google.protobuf.ByteString;
import dev.facealign.trainer.job.RecordPlace;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A job as it lies on the topic.
 *
 * @param key the record's key; empty where it has none
 * @param value the record's value
 * @param headers the record's headers
 * @param place where it lies
 * @param sentAt the record's time
 * @param delivery how often it was delivered, this one included, from 1; 0 where it was only read
 */
public record JobMessage(
    String key,
    ByteString value,
    Map<String, String> headers,
    RecordPlace place,
    Instant sentAt,
    int delivery) {

  /** Header that says how the value is written. */
  public static final String CONTENT_TYPE = "content-type";

  /** Header of a record that was sent again: the place of the one that it stands for. */
  public static final String SENT_AGAIN_FOR = "facealign-sent-again-for";

  public JobMessage {
    headers = Map.copyOf(headers);
  }

  /** The record's content-type header; empty where it has none. */
  public String contentType() {
    return headers.getOrDefault(CONTENT_TYPE, "");
  }

  /** The place of the record that this one was sent again for. */
  public Optional<RecordPlace> sentAgainFor() {
    return Optional.ofNullable(headers.get(SENT_AGAIN_FOR)).flatMap(RecordPlace::parse);
  }
}
