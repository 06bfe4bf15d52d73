package dev.facealign.platform.kafka;

import dev.facealign.platform.service.Degraded;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Kafka answers: asked every few seconds, shown in {@code /health} as {@code kafka} (UP or
 * DEGRADED), each change logged. It does not decide whether the service serves: most of what a
 * service offers works while Kafka is away.
 */
@Context
@Requires(property = "facealign.kafka.enabled", notEquals = "false")
final class KafkaReachability implements HealthIndicator, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KafkaReachability.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Duration PERIOD_AWAY = Duration.ofSeconds(1);
  private static final int TIMEOUT_MS = 3000;

  private final KafkaSettings settings;
  private final Thread thread;
  private volatile String error = "not asked yet";
  private volatile boolean up;

  KafkaReachability(KafkaSettings settings) {
    this.settings = settings;
    this.thread = new Thread(this::run, "kafka-reachability");
    this.thread.setDaemon(true);
  }

  @PostConstruct
  void start() {
    thread.start();
  }

  private void run() {
    Map<String, Object> admin = settings.clientSettings("reachability");
    admin.put("request.timeout.ms", TIMEOUT_MS);
    admin.put("default.api.timeout.ms", TIMEOUT_MS);
    try (Admin client = Admin.create(admin)) {
      boolean first = true;
      while (!Thread.currentThread().isInterrupted()) {
        note(ask(client), first);
        first = false;
        TimeUnit.MILLISECONDS.sleep((up ? PERIOD : PERIOD_AWAY).toMillis());
      }
    } catch (InterruptedException | InterruptException e) {
      log.debug("no longer asking kafka");
    } catch (KafkaException e) {
      error = e.toString();
      log.error("kafka cannot be asked servers={}", settings.bootstrapServers(), e);
    }
  }

  private static @Nullable String ask(Admin client) throws InterruptedException {
    try {
      client.describeCluster().nodes().get();
      return null;
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause());
    }
  }

  private void note(@Nullable String failure, boolean first) {
    boolean answers = failure == null;
    if (answers && (!up || first)) {
      log.info("kafka answers servers={}", settings.bootstrapServers());
    } else if (!answers && (up || first)) {
      log.warn("kafka is away servers={} error={}", settings.bootstrapServers(), failure);
    }
    up = answers;
    error = failure == null ? "" : failure;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    HealthResult.Builder result =
        HealthResult.builder("kafka", up ? HealthStatus.UP : Degraded.STATUS);
    Map<String, String> details =
        up
            ? Map.of("servers", settings.bootstrapServers())
            : Map.of("servers", settings.bootstrapServers(), "error", error);
    return Publishers.just(result.details(details).build());
  }

  @Override
  @PreDestroy
  public void close() {
    thread.interrupt();
  }
}
