package dev.facealign.trainer.job;

/**
 * Where a record lies in Kafka.
 *
 * @param topic its topic
 * @param partition its partition, from 0
 * @param offset its offset, from 0
 */
public record RecordPlace(String topic, int partition, long offset) {

  /** In the contract's terms. */
  public dev.facealign.v1.RecordPlace contract() {
    return dev.facealign.v1.RecordPlace.newBuilder()
        .setTopic(topic)
        .setPartition(partition)
        .setOffset(offset)
        .build();
  }

  static RecordPlace of(dev.facealign.v1.RecordPlace place) {
    return new RecordPlace(place.getTopic(), place.getPartition(), place.getOffset());
  }
}
