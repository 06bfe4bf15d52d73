package dev.facealign.platform.grpc;

import io.grpc.BindableService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** What every server offers beside its own services; health comes with Micronaut. */
@Factory
final class GrpcServices {

  /** Lets tools such as grpcurl ask what there is. */
  @Singleton
  BindableService reflection() {
    return ProtoReflectionServiceV1.newInstance();
  }
}
