package dev.facealign.inference.model;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.service.Readiness;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins to follow the registry when the service starts, and makes the service ready when all was
 * read that was there. Ready does not mean that there is a champion: the first one is chosen by
 * evaluating candidates on a service that has none. Nor does a broker that goes away later make it
 * unready: what is in memory serves on.
 */
@Context
@Requires(property = "facealign.kafka.enabled", notEquals = "false")
final class RegistryStart implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RegistryStart.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RegistryTopic topic;
  private final ModelRegistry registry;
  private final Readiness.Condition condition;
  private final Thread thread;
  private volatile boolean closed;

  // The serving models are asked for so that they listen before the first record comes.
  RegistryStart(
      RegistryTopic topic, ModelRegistry registry, ServingModels models, Readiness readiness) {
    this.topic = topic;
    this.registry = registry;
    this.condition = readiness.condition("registry");
    this.thread = new Thread(() -> awaitCaughtUp(models), "registry-start");
    this.thread.setDaemon(true);
  }

  @PostConstruct
  void start() {
    topic.start();
    thread.start();
  }

  private void awaitCaughtUp(ServingModels models) {
    while (!closed) {
      try {
        topic.awaitCaughtUp(PATIENCE);
        RegistryState state = registry.state();
        log.info(
            "registry read models={} aliases={} serving={}",
            state.models().size(),
            state.aliases().size(),
            models.champion().orElse("none yet"));
        condition.met();
        return;
      } catch (FaultException e) {
        if (closed) {
          return;
        }
        condition.unmet("the topic of models is not read yet");
        log.warn("still waiting for the registry error={}", e.getMessage());
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
