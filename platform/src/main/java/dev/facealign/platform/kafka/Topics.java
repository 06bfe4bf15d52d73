package dev.facealign.platform.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All topics. Values are messages of {@code facealign.v1}; the contracts say which, and what the
 * keys are.
 */
public final class Topics {

  /** {@code TrainingJob}, keyed by job id. */
  public static final String TRAINING_JOBS = "facealign.training-jobs";

  /** {@code TrainingJob}, keyed by job id: those that go ahead of the others. */
  public static final String URGENT_TRAINING_JOBS = "facealign.training-jobs-urgent";

  /** {@code TrainingEvent}, keyed by job id. */
  public static final String TRAINING_EVENTS = "facealign.training-events";

  /** {@code TrainingDeadLetter}, keyed by job id where there is one. */
  public static final String TRAINING_DEAD_LETTERS = "facealign.training-dead-letters";

  /** {@code ShapeModelSummary}, keyed by version; compacted. */
  public static final String SHAPE_MODELS = "facealign.shape-models";

  /** {@code ModelRecord}, keyed by "model/&lt;version&gt;" or "alias/&lt;alias&gt;"; compacted. */
  public static final String MODELS = "facealign.models";

  /** {@code Evaluation}, keyed by evaluation id; compacted. */
  public static final String EVALUATIONS = "facealign.evaluations";

  // A job's history is its state: it must outlive the job by far. Records are small.
  private static final long A_YEAR_MS = Duration.ofDays(365).toMillis();

  private Topics() {}

  /** Definitions of all topics. */
  public static List<TopicDefinition> all() {
    return List.of(
        // Workers share a partition's records one by one (share groups), so one partition feeds any
        // number of them and
        // keeps jobs in the order they were sent.
        history(TRAINING_JOBS, 1),
        history(URGENT_TRAINING_JOBS, 1),
        // Longer than the jobs: a job whose end is forgotten would be taken for one that is lost.
        history(TRAINING_EVENTS, 3, 2 * A_YEAR_MS),
        history(TRAINING_DEAD_LETTERS, 1),
        compacted(SHAPE_MODELS),
        compacted(MODELS),
        compacted(EVALUATIONS));
  }

  private static TopicDefinition history(String name, int partitions) {
    return history(name, partitions, A_YEAR_MS);
  }

  private static TopicDefinition history(String name, int partitions, long retentionMs) {
    return new TopicDefinition(
        name,
        partitions,
        false,
        Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(retentionMs)));
  }

  private static TopicDefinition compacted(String name) {
    // One partition: followers see the records of all keys in one order.
    return new TopicDefinition(
        name,
        1,
        true,
        Map.of(
            "cleanup.policy",
            "compact",
            "segment.ms",
            Long.toString(Duration.ofDays(1).toMillis())));
  }
}
