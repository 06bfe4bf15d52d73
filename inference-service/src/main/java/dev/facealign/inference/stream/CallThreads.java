package dev.facealign.inference.stream;

import dev.facealign.v1.LandmarksGrpc;
import io.grpc.Metadata;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Which thread takes a call's messages in. Those of a Detect stream are only checked and queued,
 * and the connection's own thread does that: to hand each to another thread costs more than to do
 * it. All other calls have threads that may wait for somebody.
 */
@Singleton
final class CallThreads implements BeanCreatedEventListener<ServerBuilder<?>> {
  private static final String AT_ONCE = LandmarksGrpc.getDetectMethod().getFullMethodName();

  private final Provider<ExecutorService> waiting;

  CallThreads(@Named(TaskExecutors.IO) Provider<ExecutorService> waiting) {
    this.waiting = waiting;
  }

  @Override
  public ServerBuilder<?> onCreated(BeanCreatedEvent<ServerBuilder<?>> event) {
    ExecutorService others = waiting.get();
    return event
        .getBean()
        .directExecutor()
        .callExecutor(
            new ServerCallExecutorSupplier() {
              @Override
              public <A, B> @Nullable Executor getExecutor(
                  ServerCall<A, B> call, Metadata headers) {
                // Null: none, and so the connection's thread.
                return call.getMethodDescriptor().getFullMethodName().equals(AT_ONCE)
                    ? null
                    : others;
              }
            });
  }
}
