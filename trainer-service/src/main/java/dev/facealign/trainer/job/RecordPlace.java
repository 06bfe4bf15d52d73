package dev.facealign.trainer.job;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a record lies in Kafka.
 *
 * @param topic its topic
 * @param partition its partition, from 0
 * @param offset its offset, from 0
 */
public record RecordPlace(String topic, int partition, long offset) {
  private static final Pattern TEXT =
      Pattern.compile("([A-Za-z0-9._-]+)/([0-9]{1,9})/([0-9]{1,18})");

  /** In the contract's terms. */
  public dev.facealign.v1.RecordPlace contract() {
    return dev.facealign.v1.RecordPlace.newBuilder()
        .setTopic(topic)
        .setPartition(partition)
        .setOffset(offset)
        .build();
  }

  /** As text, for {@link #parse}. */
  public String text() {
    return topic + "/" + partition + "/" + offset;
  }

  /** A place as {@link #text} writes it; empty for another text. */
  public static Optional<RecordPlace> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches()
        ? Optional.of(
            new RecordPlace(
                parts.group(1), Integer.parseInt(parts.group(2)), Long.parseLong(parts.group(3))))
        : Optional.empty();
  }

  static RecordPlace of(dev.facealign.v1.RecordPlace place) {
    return new RecordPlace(place.getTopic(), place.getPartition(), place.getOffset());
  }
}
