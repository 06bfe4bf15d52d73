package dev.facealign.platform.kafka;

import com.google.protobuf.MessageLite;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes one record at a time and waits until all in-sync replicas have it. Idempotent: the
 * client's own retries never write a record twice. Thread-safe.
 *
 * <p>Metric: timer {@code facealign.kafka.publish}, tags {@code topic}, {@code outcome} (ok,
 * failed).
 */
@Singleton
public final class RecordPublisher implements AutoCloseable {

  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final KafkaProducer<String, byte[]> producer;
  private final KafkaClientMetrics clientMetrics;
  private final MeterRegistry registry;
  private final Duration timeout;

  /** Without metrics. */
  public RecordPublisher(KafkaSettings settings) {
    this(settings, new CompositeMeterRegistry());
  }

  @Inject
  public RecordPublisher(KafkaSettings settings, MeterRegistry registry) {
    this.timeout = settings.publishTimeout();
    this.registry = registry;
    this.producer =
        new KafkaProducer<>(
            producerSettings(settings), new StringSerializer(), new ByteArraySerializer());
    this.clientMetrics = new KafkaClientMetrics(producer);
    clientMetrics.bindTo(registry);
  }

  private static Map<String, Object> producerSettings(KafkaSettings settings) {
    int timeoutMs = Math.toIntExact(settings.publishTimeout().toMillis());
    Map<String, Object> producer = settings.clientSettings("publisher");
    producer.put("acks", "all");
    producer.put("enable.idempotence", true);
    producer.put("linger.ms", 0);
    // Within the time-out: a request is tried at least twice.
    producer.put("request.timeout.ms", Math.max(500, timeoutMs / 2 - 1));
    producer.put("delivery.timeout.ms", timeoutMs);
    producer.put("max.block.ms", timeoutMs);
    return producer;
  }

  /**
   * Publishes a record and waits until it is written.
   *
   * @return where it lies
   * @throws FaultException UNAVAILABLE (reason KAFKA_UNAVAILABLE) when it was not written in time:
   *     it may have been written all the same, so readers must bear a record that comes twice;
   *     INVALID_ARGUMENT when it is too large
   */
  public RecordMetadata publish(String topic, String key, MessageLite value) {
    return publish(topic, key, value.toByteArray(), Map.of());
  }

  /**
   * Publishes a record that is not a message of ours, such as one that came from elsewhere, and
   * waits until it is written.
   *
   * @param key empty for none
   * @param headers in UTF-8
   * @return where it lies
   * @throws FaultException as {@link #publish(String, String, MessageLite)}
   */
  public RecordMetadata publish(
      String topic, String key, byte[] value, Map<String, String> headers) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, key.isEmpty() ? null : key, value);
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    long begin = System.nanoTime();
    boolean ok = false;
    try {
      RecordMetadata written =
          producer.send(record).get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
      ok = true;
      return written;
    } catch (ExecutionException e) {
      throw fault(topic, key, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException | KafkaException e) {
      if (e instanceof InterruptException) {
        Thread.currentThread().interrupt();
      }
      throw fault(topic, key, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fault(topic, key, e);
    } finally {
      Timer.builder("facealign.kafka.publish")
          .description("Publishing one record, until all in-sync replicas have it")
          .tag("topic", topic)
          .tag("outcome", ok ? "ok" : "failed")
          .register(registry)
          .record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
    }
  }

  private static FaultException fault(String topic, String key, Throwable cause) {
    if (cause instanceof RecordTooLargeException) {
      return FaultException.of(
          FaultKind.INVALID_ARGUMENT,
          "RECORD_TOO_LARGE",
          "record " + key + " of " + topic + ": " + cause.getMessage(),
          cause);
    }
    return FaultException.of(
        FaultKind.UNAVAILABLE,
        "KAFKA_UNAVAILABLE",
        "record " + key + " was not written to " + topic + ": " + cause,
        cause);
  }

  @Override
  @PreDestroy
  public void close() {
    clientMetrics.close();
    producer.close(CLOSE);
  }
}
