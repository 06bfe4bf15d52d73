package dev.facealign.trainer.faults;

import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.StoredArtifact;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes the real store of a worker that is started with {@code faults.store-delay} slow to write.
 */
@Singleton
@Requires(property = "faults.store-delay")
final class SlowStore implements BeanCreatedEventListener<ArtifactStore> {
  private final Duration delay;

  SlowStore(@Property(name = "faults.store-delay") Duration delay) {
    this.delay = delay;
  }

  @Override
  public ArtifactStore onCreated(BeanCreatedEvent<ArtifactStore> event) {
    return new Slow(event.getBean(), delay);
  }

  private record Slow(ArtifactStore store, Duration delay) implements ArtifactStore {
    @Override
    public StoredArtifact publish(
        ArtifactKind kind, String key, Map<String, ArtifactSource> files) {
      try {
        TimeUnit.MILLISECONDS.sleep(delay.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return store.publish(kind, key, files);
    }

    @Override
    public StoredArtifact open(ArtifactKind kind, String key) {
      return store.open(kind, key);
    }

    @Override
    public boolean exists(ArtifactKind kind, String key) {
      return store.exists(kind, key);
    }

    @Override
    public List<String> keys(ArtifactKind kind, String prefix) {
      return store.keys(kind, prefix);
    }

    @Override
    public void delete(ArtifactKind kind, String key) {
      store.delete(kind, key);
    }

    @Override
    public void requireUsable() {
      store.requireUsable();
    }
  }
}
