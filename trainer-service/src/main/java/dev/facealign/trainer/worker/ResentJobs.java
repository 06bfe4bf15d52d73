package dev.facealign.trainer.worker;

import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.trainer.queue.JobMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
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
   * Sends a job to the end of its topic. The new record names the one it stands for: whoever gets
   * it before the event is on the log knows by that that it is no duplicate.
   *
   * @param job as it stands
   * @param instead the record it was to be taken from
   * @param value the record's value
   * @param contentType its content-type header; empty for none
   */
  void send(JobRecord job, RecordPlace instead, byte[] value, String contentType, String reason)
      throws InterruptedException {
    Map<String, String> headers = new HashMap<>();
    headers.put(JobMessage.SENT_AGAIN_FOR, instead.text());
    if (!contentType.isEmpty()) {
      headers.put(JobMessage.CONTENT_TYPE, contentType);
    }
    RecordMetadata written = publisher.publish(instead.topic(), job.jobId(), value, headers);
    RecordPlace place = new RecordPlace(instead.topic(), written.partition(), written.offset());
    AttemptLog words = new AttemptLog(job.jobId(), job.lastAttempt(), workerId, clock);
    events.sendAndWait(words.moved("sent again: " + reason, place), EVENT_PATIENCE);
  }
}
