package dev.facealign.trainer.worker;

import com.google.protobuf.ByteString;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.trainer.job.JobLedger;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.queue.JobMessage;
import dev.facealign.trainer.queue.JobMessageReader;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event log on its Kafka topic: followed into a ledger, written through an outbox. The job
 * topics are followed too, so that a job that any producer sent is listed before a worker has
 * touched it.
 */
public final class KafkaJobEvents implements JobEvents, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaJobEvents.class);

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int FIRST_LOOKS = 5;
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final JobLedger ledger = new JobLedger();
  private final JobMessageReader reader = new JobMessageReader();
  private final TopicFollower<TrainingEvent> follower;
  private final List<TopicFollower<byte[]>> sent;
  private final EventOutbox outbox;
  private final Admin admin;

  /** Begins to follow the event log. */
  public KafkaJobEvents(KafkaSettings settings, RecordPublisher publisher, MeterRegistry registry) {
    this.admin = Admin.create(settings.clientSettings("event-log-end"));
    this.outbox = new EventOutbox(publisher);
    this.follower =
        new TopicFollower<>(
            settings, registry, Topics.TRAINING_EVENTS, TrainingEvent.parser(), this::record);
    this.sent =
        Stream.of(Topics.URGENT_TRAINING_JOBS, Topics.TRAINING_JOBS)
            .map(
                topic ->
                    TopicFollower.ofBytes(settings, registry, topic, record -> sent(topic, record)))
            .toList();
    follower.start();
    sent.forEach(TopicFollower::start);
  }

  private void sent(String topic, FollowedRecord<byte[]> record) {
    byte[] value = record.value();
    JobMessage message =
        new JobMessage(
            record.key(),
            value == null ? ByteString.EMPTY : ByteString.copyFrom(value),
            record.headers(),
            new RecordPlace(topic, record.partition(), record.offset()),
            record.timestamp(),
            0);
    String jobId = JobMessageReader.idByPlace(message);
    @Nullable TrainingJob readable = null;
    try {
      TrainingJob job = reader.read(message);
      jobId = job.getJobId().isEmpty() ? JobMessageReader.idWithoutOne(message) : job.getJobId();
      readable = TrainingJobContract.job(TrainingJobContract.settings(job, jobId));
    } catch (RuntimeException e) {
      // It waits like any other until a worker makes it a dead letter.
      log.debug("job cannot be read job={} reason={}", jobId, e.toString());
    }
    ledger.sent(jobId, readable, message.place(), record.timestamp());
  }

  private void record(FollowedRecord<TrainingEvent> record) {
    if (record.value() != null && !record.value().getJobId().isEmpty()) {
      ledger.record(record.value());
    }
  }

  @Override
  public JobLedger ledger() {
    return ledger;
  }

  @Override
  public boolean caughtUp() {
    return follower.caughtUp();
  }

  /**
   * Waits until the whole log was read once.
   *
   * @throws FaultException UNAVAILABLE where it is not in time
   */
  void awaitCaughtUp(Duration patience) {
    follower.awaitCaughtUp(patience);
  }

  @Override
  public void awaitCurrent(Duration patience) throws InterruptedException {
    for (Map.Entry<TopicPartition, Long> end : ends(patience).entrySet()) {
      if (end.getValue() > 0) {
        follower.awaitThrough(
            new RecordMetadata(
                end.getKey(), end.getValue() - 1, 0, RecordMetadata.UNKNOWN_PARTITION, 0, 0),
            patience);
      }
    }
  }

  private Map<TopicPartition, Long> ends(Duration patience) throws InterruptedException {
    try {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      for (TopicDescription topic :
          admin
              .describeTopics(List.of(Topics.TRAINING_EVENTS))
              .allTopicNames()
              .get(patience.toMillis(), TimeUnit.MILLISECONDS)
              .values()) {
        topic
            .partitions()
            .forEach(
                partition ->
                    latest.put(
                        new TopicPartition(topic.name(), partition.partition()),
                        OffsetSpec.latest()));
      }
      Map<TopicPartition, Long> ends = new HashMap<>();
      for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
          admin
              .listOffsets(latest)
              .all()
              .get(patience.toMillis(), TimeUnit.MILLISECONDS)
              .entrySet()) {
        ends.put(end.getKey(), end.getValue().offset());
      }
      return ends;
    } catch (ExecutionException | TimeoutException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE, "KAFKA_UNAVAILABLE", "event log: its end is not known: " + e, e);
    }
  }

  @Override
  public void send(TrainingEvent event) {
    try {
      var unused = outbox.send(event);
    } catch (RejectedExecutionException e) {
      // Thousands wait for Kafka already. Training goes on; what ends the job is sent all the same.
      log.warn("event dropped job={} event={}", event.getJobId(), event.getEventCase());
    }
  }

  @Override
  public void sendAndWait(TrainingEvent event, Duration patience) throws InterruptedException {
    follower.awaitThrough(EventOutbox.await(outbox.send(event), patience), patience);
  }

  @Override
  public boolean sendInTheEnd(TrainingEvent event, BooleanSupplier giveUp)
      throws InterruptedException {
    @Nullable Future<RecordMetadata> sent = null;
    // A worker that stops may well have the time to say how its job ended.
    for (int looks = 0; looks < FIRST_LOOKS || !giveUp.getAsBoolean(); looks++) {
      try {
        sent = sent == null ? outbox.send(event) : sent;
        follower.awaitThrough(EventOutbox.await(sent, LOOK), LOOK);
        return true;
      } catch (FaultException e) {
        if (e.kind() != FaultKind.UNAVAILABLE) {
          throw e;
        }
      } catch (RejectedExecutionException e) {
        TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      }
    }
    return false;
  }

  /** Sends what is kept and stops following. */
  @Override
  public void close() {
    outbox.close();
    follower.close();
    sent.forEach(TopicFollower::close);
    admin.close(CLOSE);
  }
}
