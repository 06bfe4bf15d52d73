package dev.facealign.trainer.deadletter;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.v1.TrainingDeadLetter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The dead letters on their topic: the newest 10,000, as far as they take no more than 64 MiB.
 * Older ones are to be had from the topic only.
 */
@Singleton
public final class DeadLetterTopic implements AutoCloseable {
  private static final int MOST_LETTERS = 10_000;
  private static final long MOST_BYTES = 64L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final DeadLetterShelf shelf = new DeadLetterShelf(MOST_LETTERS, MOST_BYTES);
  private final TopicFollower<TrainingDeadLetter> follower;

  /** Begins to follow the topic. */
  public DeadLetterTopic(KafkaSettings kafka, MeterRegistry registry) {
    this.follower =
        new TopicFollower<>(
            kafka,
            registry,
            Topics.TRAINING_DEAD_LETTERS,
            TrainingDeadLetter.parser(),
            this::record);
    follower.start();
  }

  private void record(FollowedRecord<TrainingDeadLetter> record) {
    if (record.value() != null) {
      shelf.add(record.value());
    }
  }

  /** Where a letter's original lies, which names the letter. */
  public static RecordPlace place(TrainingDeadLetter letter) {
    return DeadLetterShelf.place(letter);
  }

  /**
   * All, newest first.
   *
   * @throws FaultException UNAVAILABLE: the topic was not read yet
   */
  public List<TrainingDeadLetter> newestFirst() {
    follower.awaitCaughtUp(PATIENCE);
    return shelf.newestFirst();
  }

  /**
   * The newest of a job.
   *
   * @param wait how long one may take that was sent just now
   * @throws FaultException UNAVAILABLE: the topic was not read yet
   */
  public Optional<TrainingDeadLetter> newestOf(String jobId, Duration wait) {
    follower.awaitCaughtUp(PATIENCE);
    try {
      return shelf.await(jobId, wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FaultException.of(FaultKind.UNAVAILABLE, "STOPPING", "trainer-service: stopping", e);
    }
  }

  @Override
  @PreDestroy
  public void close() {
    follower.close();
  }
}
