package dev.facealign.platform.artifact;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.service.Degraded;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * Whether the artifact store can be read and written, in {@code /health} as {@code artifact-store}.
 */
@Singleton
final class StoreReachability implements HealthIndicator {

  private static final String NAME = "artifact-store";

  private final ArtifactStore store;

  StoreReachability(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(result());
  }

  private HealthResult result() {
    try {
      store.requireUsable();
      return HealthResult.builder(NAME, HealthStatus.UP).build();
    } catch (FaultException e) {
      return HealthResult.builder(NAME, Degraded.STATUS)
          .details(Map.of("error", e.getMessage()))
          .build();
    }
  }
}
