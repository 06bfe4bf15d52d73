package dev.facealign.trainer.faults;

import com.google.protobuf.util.Timestamps;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import dev.facealign.v1.TrainingDeadLetter;
import dev.facealign.v1.TrainingEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * What lies on the event log, the model topic and the dead-letter topic, read with no code of the
 * workers, so that their opinion of a job is not taken for the truth.
 */
final class JobObserver implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(20);

  /** By job, in log order: a job's events are in one partition. */
  private final Map<String, ConcurrentSkipListMap<Long, TrainingEvent>> events =
      new ConcurrentHashMap<>();

  private final Map<Long, ModelManifest> models = new ConcurrentSkipListMap<>();
  private final Map<Long, TrainingDeadLetter> deadLetters = new ConcurrentSkipListMap<>();
  private final List<TopicFollower<?>> followers = new ArrayList<>();

  JobObserver(String bootstrapServers) {
    KafkaSettings kafka = KafkaSettings.of(bootstrapServers);
    follow(
        new TopicFollower<>(kafka, Topics.TRAINING_EVENTS, TrainingEvent.parser(), this::sawEvent));
    follow(new TopicFollower<>(kafka, Topics.MODELS, ModelRecord.parser(), this::sawModel));
    follow(
        new TopicFollower<>(
            kafka, Topics.TRAINING_DEAD_LETTERS, TrainingDeadLetter.parser(), this::sawLetter));
  }

  private void follow(TopicFollower<?> follower) {
    followers.add(follower);
    follower.start();
  }

  private void sawEvent(FollowedRecord<TrainingEvent> record) {
    if (record.value() != null) {
      events
          .computeIfAbsent(record.value().getJobId(), id -> new ConcurrentSkipListMap<>())
          .put(record.offset(), record.value());
    }
  }

  private void sawModel(FollowedRecord<ModelRecord> record) {
    if (record.value() != null && record.value().hasModel()) {
      models.put(record.offset(), record.value().getModel());
    }
  }

  private void sawLetter(FollowedRecord<TrainingDeadLetter> record) {
    if (record.value() != null) {
      deadLetters.put(record.offset(), record.value());
    }
  }

  /** Jobs that events were seen of. */
  Set<String> jobs() {
    return Set.copyOf(events.keySet());
  }

  /** A job's events in log order. */
  List<TrainingEvent> events(String jobId) {
    return List.copyOf(events.getOrDefault(jobId, new ConcurrentSkipListMap<>()).values());
  }

  /** A job's events of a kind. */
  List<TrainingEvent> events(String jobId, Predicate<TrainingEvent> kind) {
    return events(jobId).stream().filter(kind).toList();
  }

  /** The starts that count: each has a number above all before it. */
  List<TrainingEvent> attempts(String jobId) {
    List<TrainingEvent> attempts = new ArrayList<>();
    for (TrainingEvent started : events(jobId, TrainingEvent::hasStarted)) {
      if (attempts.isEmpty()
          || started.getAttempt() > attempts.get(attempts.size() - 1).getAttempt()) {
        attempts.add(started);
      }
    }
    return attempts;
  }

  /** Its first terminal event, which is the one that counts. */
  Optional<TrainingEvent> end(String jobId) {
    return events(jobId, JobObserver::isTerminal).stream().findFirst();
  }

  static boolean isTerminal(TrainingEvent event) {
    return switch (event.getEventCase()) {
      case SUCCEEDED, FAILED, CANCELLED, DEAD_LETTERED -> true;
      default -> false;
    };
  }

  /** Versions of the models that were announced for a job, each once. */
  Set<String> models(String jobId) {
    return models.values().stream()
        .filter(model -> model.getJob().getJobId().equals(jobId))
        .map(ModelManifest::getVersion)
        .collect(Collectors.toSet());
  }

  /** Announcements of models, those that came twice counted twice. */
  int announcements() {
    return models.size();
  }

  /** All dead letters. */
  List<TrainingDeadLetter> deadLetters() {
    return List.copyOf(deadLetters.values());
  }

  /** Waits for a job's event and gives the first that fits. */
  TrainingEvent await(String jobId, Duration patience, Predicate<TrainingEvent> wanted) {
    return Awaitility.await("an event of " + jobId)
        .atMost(patience)
        .pollInterval(LOOK)
        .until(() -> events(jobId, wanted).stream().findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  /** Waits for an attempt's start that counts. */
  TrainingEvent awaitAttempt(String jobId, int number, Duration patience) {
    return Awaitility.await("attempt " + number + " of " + jobId)
        .atMost(patience)
        .pollInterval(LOOK)
        .until(
            () -> attempts(jobId).stream().filter(a -> a.getAttempt() >= number).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Waits for a job's end. */
  TrainingEvent awaitEnd(String jobId, Duration patience) {
    return await(jobId, patience, JobObserver::isTerminal);
  }

  /** Waits for the dead letter of a record with this key. */
  TrainingDeadLetter awaitDeadLetter(String originalKey, Duration patience) {
    return Awaitility.await("the dead letter of " + originalKey)
        .atMost(patience)
        .pollInterval(LOOK)
        .until(
            () ->
                deadLetters().stream()
                    .filter(letter -> letter.getOriginalKey().equals(originalKey))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** When an event happened, by the clock of who sent it. */
  static Instant at(TrainingEvent event) {
    return Instant.ofEpochMilli(Timestamps.toMillis(event.getAt()));
  }

  @Override
  public void close() {
    followers.forEach(TopicFollower::close);
  }
}
