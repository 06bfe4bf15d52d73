package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.v1.TrainingJob;
import java.time.Duration;
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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds jobs that have not ended and that the queue will not deliver again, and sends them once
 * more. A share group drops a record silently after its last delivery, or when the topic's
 * retention takes it.
 *
 * <p>How it knows: a record below the group's start offset is done with for the group, and workers
 * finish a record only after the job's terminal event, or once the job is taken from another.
 */
final class LostJobs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LostJobs.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String group;
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
      JobEvents events,
      ResentJobs resent,
      WorkerMetrics metrics) {
    this.group = group;
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
    } catch (FaultException
        | KafkaException
        | ExecutionException
        | TimeoutException
        | IllegalStateException e) {
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
    for (JobRecord job : events.ledger().all()) {
      RecordPlace place = job.queuePlace();
      TrainingJob settings = job.job();
      if (job.state() instanceof JobState.Terminal || place == null || settings == null) {
        continue;
      }
      Long start = starts.get(new TopicPartition(place.topic(), place.partition()));
      if (start != null && place.offset() < start) {
        log.warn("job is lost job={} place={} group_start={}", job.jobId(), place, start);
        resent.send(job, place.topic(), settings.toByteArray(), "", "the queue had dropped it");
        metrics.lost();
        found++;
      }
    }
    return found;
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
