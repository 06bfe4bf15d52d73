package dev.facealign.platform.kafka;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing, in the background: a broker that is late is waited for, with
 * growing pauses, and the wait is logged. Topics that exist are left as they are.
 */
@Context
@Requires(property = "facealign.kafka.enabled", notEquals = "false")
@Requires(property = "facealign.kafka.create-topics", notEquals = "false")
public final class TopicCreator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TopicCreator.class);
  private static final Duration ATTEMPT = Duration.ofSeconds(10);

  private final KafkaSettings settings;
  private final CompletableFuture<Void> created = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean closed;

  public TopicCreator(KafkaSettings settings) {
    this.settings = settings;
    this.thread = new Thread(this::run, "topic-creator");
    this.thread.setDaemon(true);
  }

  /** Begins; returns at once. */
  @PostConstruct
  public void start() {
    thread.start();
  }

  /** Whether all topics are there. */
  public boolean isDone() {
    return created.isDone();
  }

  /**
   * Waits until all topics are there.
   *
   * @throws FaultException UNAVAILABLE when they are not in time
   */
  public void awaitCreated(Duration timeout) {
    try {
      created.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unavailable("topics were not created within " + timeout.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw unavailable("topics were not created: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted while waiting for topics", e);
    }
  }

  private static FaultException unavailable(String message, Exception cause) {
    return FaultException.of(FaultKind.UNAVAILABLE, "KAFKA_UNAVAILABLE", message, cause);
  }

  private void run() {
    BackOff backOff = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(10));
    try (Admin admin = Admin.create(adminSettings())) {
      while (!closed) {
        try {
          createMissing(admin);
          created.complete(null);
          return;
        } catch (ExecutionException e) {
          Duration pause = backOff.next();
          log.warn(
              "topics not created yet, trying again servers={} pause_ms={} error={}",
              settings.bootstrapServers(),
              pause.toMillis(),
              String.valueOf(e.getCause()));
          TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        }
      }
    } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
      log.debug("topic creation stopped");
    } catch (RuntimeException e) {
      log.error("topics not created servers={}", settings.bootstrapServers(), e);
    } finally {
      created.completeExceptionally(new IllegalStateException("topic creation stopped"));
    }
  }

  private Map<String, Object> adminSettings() {
    Map<String, Object> admin = settings.clientSettings("topic-creator");
    admin.put("request.timeout.ms", (int) ATTEMPT.toMillis() / 2);
    admin.put("default.api.timeout.ms", (int) ATTEMPT.toMillis());
    return admin;
  }

  private void createMissing(Admin admin) throws ExecutionException, InterruptedException {
    Set<String> present = admin.listTopics().names().get();
    List<NewTopic> missing =
        Topics.all().stream()
            .filter(topic -> !present.contains(topic.name()))
            .map(
                topic ->
                    new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
                        .configs(topic.settings()))
            .toList();
    for (Map.Entry<String, KafkaFuture<Void>> topic :
        admin.createTopics(missing).values().entrySet()) {
      try {
        topic.getValue().get();
        log.info("topic created name={}", topic.getKey());
      } catch (ExecutionException e) {
        // Another service was faster.
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  @Override
  @PreDestroy
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
