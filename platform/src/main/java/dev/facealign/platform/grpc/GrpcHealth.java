package dev.facealign.platform.grpc;

import dev.facealign.platform.service.Readiness;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerShutdownEvent;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Answers grpc.health.v1 from {@link Readiness}, for the server ("") and for each of its services
 * by name.
 */
@Singleton
final class GrpcHealth {

  /** A server says NOT_SERVING from its first moment; gRPC's own default is SERVING. */
  @Singleton
  static final class NotServingAtFirst implements BeanCreatedEventListener<HealthStatusManager> {
    @Override
    public HealthStatusManager onCreated(BeanCreatedEvent<HealthStatusManager> event) {
      HealthStatusManager health = event.getBean();
      health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
      return health;
    }
  }

  private final Readiness readiness;
  private final HealthStatusManager health;
  private final List<String> names;

  GrpcHealth(Readiness readiness, HealthStatusManager health, List<BindableService> services) {
    this.readiness = readiness;
    this.health = health;
    this.names =
        services.stream()
            .map(service -> service.bindService().getServiceDescriptor().getName())
            .toList();
  }

  @EventListener
  void onStartup(ServerStartupEvent event) {
    if (event.getSource() instanceof GrpcEmbeddedServer) {
      readiness.onChange(this::set);
      readiness.serverStarted();
    }
  }

  /** Comes before the server stops taking calls. */
  @EventListener
  void onShutdown(ServerShutdownEvent event) {
    readiness.stopping();
  }

  private void set(boolean ready) {
    ServingStatus status = ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    for (String name : names) {
      health.setStatus(name, status);
    }
  }
}
