package dev.facealign.inference.local;

import dev.facealign.inference.face.HaarFaceDetector;
import dev.facealign.inference.stream.LandmarksEndpoint;
import dev.facealign.platform.grpc.ExceptionMapping;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The service Landmarks without ports and without Kafka: the same code with the same settings, on
 * the models of a folder. Its calls never leave the process.
 */
public final class LocalLandmarks implements AutoCloseable {
  private final ApplicationContext context;
  private final Server server;
  private final ManagedChannel channel;

  private LocalLandmarks(ApplicationContext context, Server server, ManagedChannel channel) {
    this.context = context;
    this.server = server;
    this.channel = channel;
  }

  /**
   * Starts it.
   *
   * @param models a folder that is laid out as an artifact store; the newest model in it is the
   *     champion
   */
  public static LocalLandmarks start(Path models) {
    // Loading OpenCV takes long, and the rest of the start does not wait for it.
    CompletableFuture<?> unused = CompletableFuture.runAsync(HaarFaceDetector::loadNatives);
    ApplicationContext context =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .banner(false)
            .properties(
                Map.of(
                    "facealign.kafka.enabled", "false",
                    "facealign.artifacts.root", models.toString(),
                    // Nobody would look.
                    "micronaut.health.monitor.enabled", "false",
                    "micronaut.metrics.export.prometheus.enabled", "false",
                    "micronaut.metrics.binders.enabled", "false"))
            .start();
    try {
      String name = InProcessServerBuilder.generateName();
      Server server =
          InProcessServerBuilder.forName(name)
              .addService(
                  ServerInterceptors.intercept(
                      context.getBean(LandmarksEndpoint.class),
                      context.getBean(ExceptionMapping.class)))
              .build()
              .start();
      return new LocalLandmarks(context, server, InProcessChannelBuilder.forName(name).build());
    } catch (IOException e) {
      context.close();
      throw new UncheckedIOException("an in-process server uses no network", e);
    } catch (RuntimeException | LinkageError e) {
      context.close();
      throw e;
    }
  }

  /** To ask it by; closed with it. */
  public ManagedChannel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    context.close();
  }
}
