package dev.facealign.trainer.worker;

import com.google.protobuf.util.Timestamps;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.trainer.job.JobLedger;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.queue.JobMessage;
import dev.facealign.v1.AttemptSummary;
import dev.facealign.v1.FailureKind;
import dev.facealign.v1.TrainingDeadLetter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Lays jobs that ended by their own fault aside, with their bytes and their history. */
final class DeadLetters {
  private static final int LONGEST_CUT = 10_000;

  private final RecordPublisher publisher;
  private final JobLedger ledger;
  private final Clock clock;

  DeadLetters(RecordPublisher publisher, JobLedger ledger, Clock clock) {
    this.publisher = publisher;
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Publishes the dead letter of a job; its terminal event is to follow.
   *
   * @param words of the attempt that ends with it, if any
   */
  void publish(AttemptLog words, JobMessage message, FailureKind kind, String reason) {
    String jobId = words.jobId();
    List<AttemptSummary> history =
        ledger.find(jobId).map(job -> history(job, words, reason)).orElse(List.of());
    TrainingDeadLetter letter =
        TrainingDeadLetter.newBuilder()
            .setJobId(jobId)
            .setKind(kind)
            .setReason(reason)
            .setOriginalKey(message.key())
            .setOriginalValue(message.value())
            .setContentType(message.contentType())
            .setTopic(message.place().topic())
            .setPartition(message.place().partition())
            .setOffset(message.place().offset())
            .setAttempts(history.size())
            .addAllHistory(history)
            .setAt(Timestamps.fromMillis(clock.millis()))
            .build();
    try {
      publisher.publish(Topics.TRAINING_DEAD_LETTERS, jobId, letter);
    } catch (FaultException e) {
      if (e.kind() != FaultKind.INVALID_ARGUMENT) {
        throw e;
      }
      // The original alone is as large as Kafka allows; its record still lies on the job topic.
      publisher.publish(
          Topics.TRAINING_DEAD_LETTERS,
          jobId,
          letter.toBuilder()
              .setOriginalValue(
                  message.value().substring(0, Math.min(LONGEST_CUT, message.value().size())))
              .setReason(
                  reason
                      + " (of its "
                      + message.value().size()
                      + " bytes the first "
                      + LONGEST_CUT
                      + " are kept here)")
              .build());
    }
  }

  private static List<AttemptSummary> history(JobRecord job, AttemptLog words, String reason) {
    List<AttemptSummary> history = new ArrayList<>();
    job.attempts().forEach(attempt -> history.add(attempt.contract()));
    if (job.state().isHeldBy(words.attempt(), words.worker())) {
      // It has not said so yet.
      int last = history.size() - 1;
      history.set(last, history.get(last).toBuilder().setEnded(reason).build());
    }
    return history;
  }
}
