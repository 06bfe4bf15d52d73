package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.TrainingEvent;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a worker's events to the event log, in order, without making training wait. While the
 * broker is away events are kept, up to a bound, and sent when it is back.
 */
final class EventOutbox implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventOutbox.class);
  private static final int MOST_KEPT = 10_000;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final RecordPublisher publisher;
  private final ExecutorService sender =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MOST_KEPT),
          task -> {
            Thread thread = new Thread(task, "event-outbox");
            thread.setDaemon(true);
            return thread;
          });

  EventOutbox(RecordPublisher publisher) {
    this.publisher = publisher;
  }

  /**
   * Sends an event some time soon, after those before it.
   *
   * @throws java.util.concurrent.RejectedExecutionException when too many events are kept already
   */
  Future<RecordMetadata> send(TrainingEvent event) {
    return sender.submit(() -> publishInTheEnd(event));
  }

  /**
   * Waits until an event that was sent lies on the log.
   *
   * @throws FaultException UNAVAILABLE where it does not within the patience; it may still get
   *     there later
   */
  static RecordMetadata await(Future<RecordMetadata> sent, Duration patience)
      throws InterruptedException {
    try {
      return sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("event not sent", e.getCause());
    } catch (TimeoutException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          "EVENT_LOG_UNAVAILABLE",
          "event log: no answer within " + patience.toSeconds() + " s (expected: Kafka reachable)");
    }
  }

  private RecordMetadata publishInTheEnd(TrainingEvent event) throws InterruptedException {
    while (true) {
      try {
        return publisher.publish(Topics.TRAINING_EVENTS, event.getJobId(), event);
      } catch (FaultException e) {
        if (e.kind() != FaultKind.UNAVAILABLE) {
          throw e;
        }
        log.warn(
            "event kept job={} event={} reason={}",
            event.getJobId(),
            event.getEventCase(),
            e.getMessage());
        TimeUnit.MILLISECONDS.sleep(RETRY_AFTER.toMillis());
      }
    }
  }

  /** Sends what is kept, for a short while, and stops. */
  @Override
  public void close() {
    sender.shutdown();
    try {
      if (!sender.awaitTermination(5, TimeUnit.SECONDS)) {
        sender.shutdownNow();
      }
    } catch (InterruptedException e) {
      sender.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
