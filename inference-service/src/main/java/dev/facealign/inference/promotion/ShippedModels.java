package dev.facealign.inference.promotion;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.model.ModelRegistry;
import dev.facealign.inference.model.RegistryState;
import dev.facealign.inference.model.RegistryTopic;
import dev.facealign.inference.model.StoredModels;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.v1.ModelManifest;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the models that come with the software into a registry that does not have them, and makes
 * the newest champion where none was ever promoted: a suite answers from its first minute on. Does
 * nothing to a registry that has a champion.
 *
 * <p>{@code facealign.inference.models.shipped} is a folder that is laid out as an artifact store.
 */
@Context
@Requires(property = "facealign.inference.models.shipped")
@Requires(property = "facealign.kafka.enabled", notEquals = "false")
final class ShippedModels implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShippedModels.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String REASON = "it came with the software, and nothing was promoted yet";

  private final Path folder;
  private final ArtifactStore store;
  private final ModelRegistry registry;
  private final RegistryTopic topic;
  private final Promotions promotions;
  private final Thread thread = new Thread(this::bringIn, "shipped-models");
  private volatile boolean closed;

  ShippedModels(
      @Property(name = "facealign.inference.models.shipped") Path folder,
      ArtifactStore store,
      ModelRegistry registry,
      RegistryTopic topic,
      Promotions promotions) {
    this.folder = folder;
    this.store = store;
    this.registry = registry;
    this.topic = topic;
    this.promotions = promotions;
    thread.setDaemon(true);
  }

  @PostConstruct
  void start() {
    thread.start();
  }

  private void bringIn() {
    while (!closed) {
      try {
        topic.awaitCaughtUp(PATIENCE);
        publish(new StoredModels(new LocalArtifactStore(folder)));
        return;
      } catch (FaultException e) {
        if (closed) {
          return;
        }
        if (e.kind() != FaultKind.UNAVAILABLE) {
          log.error("shipped models are left out folder={} error={}", folder, e.getMessage());
          return;
        }
        log.warn("shipped models wait error={}", e.getMessage());
      }
    }
  }

  private void publish(StoredModels shipped) {
    List<ModelManifest> models = shipped.manifests();
    for (ModelManifest model : models) {
      if (registry.state().model(model.getVersion()).isEmpty()) {
        shipped.copy(model, store);
        topic.publish(model, PATIENCE);
        log.info("shipped model published name={} version={}", model.getName(), model.getVersion());
      }
    }
    Optional<ModelManifest> newest = StoredModels.newest(models);
    if (newest.isPresent() && registry.state().alias(RegistryState.CHAMPION).isEmpty()) {
      promotions.promote(
          newest.get().getVersion(), RegistryState.CHAMPION, Optional.of(""), REASON);
    }
  }

  @Override
  @PreDestroy
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
