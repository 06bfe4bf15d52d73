package dev.facealign.trainer.worker;

import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.RecordPlace;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends jobs once more and tells where they are to be taken from. A worker that dies between the
 * two leaves a duplicate, which counts for nothing.
 */
final class ResentJobs {
  private static final Duration EVENT_PATIENCE = Duration.ofMinutes(2);

  private final String workerId;
  private final JobEvents events;
  private final RecordPublisher publisher;
  private final Clock clock;

  ResentJobs(String workerId, JobEvents events, RecordPublisher publisher, Clock clock) {
    this.workerId = workerId;
    this.events = events;
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * Sends a job to the end of its topic.
   *
   * @param job as it stands
   * @param value the record's value
   * @param contentType its content-type header; empty for none
   */
  void send(JobRecord job, String topic, byte[] value, String contentType, String reason)
      throws InterruptedException {
    RecordMetadata written =
        publisher.publish(
            topic,
            job.jobId(),
            value,
            contentType.isEmpty() ? Map.of() : Map.of("content-type", contentType));
    RecordPlace place = new RecordPlace(topic, written.partition(), written.offset());
    AttemptLog words = new AttemptLog(job.jobId(), job.lastAttempt(), workerId, clock);
    events.sendAndWait(words.moved("sent again: " + reason, place), EVENT_PATIENCE);
  }
}
