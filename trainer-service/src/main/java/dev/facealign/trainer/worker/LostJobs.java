package dev.facealign.trainer.worker;

import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.trainer.job.AttemptRecord;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.v1.TrainingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds jobs that have not ended and that the queue will not deliver again, and sends them once
 * more. A share group drops a record silently after its last delivery, or when the topic's
 * retention takes it.
 *
 * <p>How it knows: a record below the group's start offset is done with for the group, and workers
 * finish a record only after the job's terminal event, or once the job is taken from another. That
 * offset stands still while an earlier job is trained; so a job is taken for lost as well that has
 * waited for some locks when a later one of its partition was begun, since records come in order. A
 * job that was not lost after all loses no more than its place in the queue.
 */
final class LostJobs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LostJobs.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A record may be locked a time or two by a worker that does not take it. */
  private static final int LOCKS = 4;

  private final String group;
  private final Duration lock;
  private final JobEvents events;
  private final ResentJobs resent;
  private final WorkerMetrics metrics;
  private final Admin admin;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "lost-jobs");
            thread.setDaemon(true);
            return thread;
          });

  LostJobs(
      KafkaSettings kafka,
      String group,
      Duration lock,
      JobEvents events,
      ResentJobs resent,
      WorkerMetrics metrics) {
    this.group = group;
    this.lock = lock;
    this.events = events;
    this.resent = resent;
    this.metrics = metrics;
    this.admin = Admin.create(kafka.clientSettings("lost-jobs"));
  }

  /** Begins to look, again and again. */
  void start(Duration every) {
    var unused =
        timer.scheduleWithFixedDelay(
            this::lookAgain, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void lookAgain() {
    try {
      int found = sendLost();
      if (found > 0) {
        log.warn("lost jobs were sent again count={}", found);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | ExecutionException | TimeoutException e) {
      // A timer's task that throws is never called again.
      log.info("lost jobs were not looked for reason={}", e.toString());
    }
  }

  /**
   * Looks once.
   *
   * @return jobs found and sent again
   */
  int sendLost() throws InterruptedException, ExecutionException, TimeoutException {
    // The offsets before the events: a record that was finished meanwhile has its event by then.
    Map<TopicPartition, Long> starts = starts();
    events.awaitCurrent(PATIENCE);
    int found = 0;
    for (JobRecord listed : events.ledger().all()) {
      // Another worker may have sent it meanwhile.
      JobRecord job = events.ledger().get(listed.jobId());
      RecordPlace place = job.queuePlace();
      TrainingJob settings = job.job();
      if (job.state() instanceof JobState.Terminal || place == null || settings == null) {
        continue;
      }
      TopicPartition partition = new TopicPartition(place.topic(), place.partition());
      Long start = starts.get(partition);
      boolean dropped = start != null && place.offset() < start;
      if (dropped || isPassedOver(job, place)) {
        log.warn("job is lost job={} place={} group_start={}", job.jobId(), place, start);
        resent.send(job, place, settings.toByteArray(), "", "the queue had dropped it");
        metrics.lost();
        found++;
      }
    }
    return found;
  }

  private boolean isPassedOver(JobRecord job, RecordPlace place) {
    if (!(job.state() instanceof JobState.Queued)) {
      return false;
    }
    Instant waits = job.newestAttempt().map(AttemptRecord::lastSeenAt).orElse(job.queuedAt());
    Instant wellAfter = waits.plus(lock.multipliedBy(LOCKS));
    return events.ledger().all().stream()
        .filter(other -> isLater(other.place(), place))
        .flatMap(other -> other.newestAttempt().stream())
        .anyMatch(attempt -> attempt.startedAt().isAfter(wellAfter));
  }

  private static boolean isLater(@Nullable RecordPlace other, RecordPlace place) {
    return other != null
        && other.topic().equals(place.topic())
        && other.partition() == place.partition()
        && other.offset() > place.offset();
  }

  private Map<TopicPartition, Long> starts()
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, SharePartitionOffsetInfo> offsets =
        admin
            .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
            .partitionsToOffsetInfo(group)
            .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    Map<TopicPartition, Long> starts = new HashMap<>();
    offsets.forEach(
        (partition, info) -> {
          if (info != null) {
            starts.put(partition, info.startOffset());
          }
        });
    return starts;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    admin.close(Duration.ofSeconds(2));
  }
}
