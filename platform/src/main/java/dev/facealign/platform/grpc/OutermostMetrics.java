package dev.facealign.platform.grpc;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.micronaut.configuration.metrics.annotation.RequiresMetrics;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;

/**
 * Micronaut's gRPC metrics in a known place: around {@link ExceptionMapping}. Theirs has no order,
 * ended up inside it, and counted every fault as UNKNOWN.
 */
@Singleton
@RequiresMetrics
@Replaces(MetricCollectingServerInterceptor.class)
final class OutermostMetrics extends MetricCollectingServerInterceptor implements Ordered {

  OutermostMetrics(MeterRegistry registry) {
    super(registry);
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}
