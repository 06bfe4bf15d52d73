package dev.facealign.platform.service;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

/** Shows {@link Readiness} in {@code /health} and {@code /health/readiness}. */
@Singleton
@io.micronaut.management.health.indicator.annotation.Readiness
final class ReadinessIndicator implements HealthIndicator {

  private final Readiness readiness;

  ReadinessIndicator(Readiness readiness) {
    this.readiness = readiness;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(
        HealthResult.builder("facealign", readiness.ready() ? HealthStatus.UP : HealthStatus.DOWN)
            .details(readiness.unmet())
            .build());
  }
}
