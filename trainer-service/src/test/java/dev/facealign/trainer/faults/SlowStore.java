package dev.facealign.trainer.faults;

import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.trainer.fixture.ForwardingStore;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import java.time.Duration;
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

  private record Slow(ArtifactStore real, Duration delay) implements ForwardingStore {
    @Override
    public StoredArtifact publish(
        ArtifactKind kind, String key, Map<String, ArtifactSource> files) {
      try {
        TimeUnit.MILLISECONDS.sleep(delay.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return real.publish(kind, key, files);
    }
  }
}
