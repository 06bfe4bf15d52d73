package dev.facealign.trainer.worker;

import com.google.protobuf.util.Timestamps;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.trainer.job.AttemptRecord;
import dev.facealign.trainer.job.JobLedger;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.queue.JobMessage;
import dev.facealign.v1.FailureKind;
import dev.facealign.v1.TrainingDeadLetter;
import java.time.Clock;
import java.util.List;

/** Lays jobs that ended by their own fault aside, with their bytes and their history. */
final class DeadLetters {
  private final RecordPublisher publisher;
  private final JobLedger ledger;
  private final Clock clock;

  DeadLetters(RecordPublisher publisher, JobLedger ledger, Clock clock) {
    this.publisher = publisher;
    this.ledger = ledger;
    this.clock = clock;
  }

  /** Publishes the dead letter of a job; its terminal event is to follow. */
  void publish(String jobId, JobMessage message, FailureKind kind, String reason) {
    List<AttemptRecord> attempts = ledger.find(jobId).map(JobRecord::attempts).orElse(List.of());
    publisher.publish(
        Topics.TRAINING_DEAD_LETTERS,
        jobId,
        TrainingDeadLetter.newBuilder()
            .setJobId(jobId)
            .setKind(kind)
            .setReason(reason)
            .setOriginalKey(message.key())
            .setOriginalValue(message.value())
            .setContentType(message.contentType())
            .setTopic(message.topic())
            .setPartition(message.partition())
            .setOffset(message.offset())
            .setAttempts(attempts.size())
            .addAllHistory(attempts.stream().map(AttemptRecord::contract).toList())
            .setAt(Timestamps.fromMillis(clock.millis()))
            .build());
  }
}
