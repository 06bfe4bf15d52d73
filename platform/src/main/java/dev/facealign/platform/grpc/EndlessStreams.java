package dev.facealign.platform.grpc;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerShutdownEvent;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Streams without an end of their own, such as those of Watch calls. When the service stops they
 * are ended with UNAVAILABLE, so that their callers go elsewhere and the service does not wait for
 * them.
 */
@Singleton
public final class EndlessStreams {

  private final Set<ServerStream<?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /**
   * Adds a stream, which leaves by itself when it ends.
   *
   * @param onEnd called when it has ended; the stream's own {@link ServerStream#onEnd} is taken by
   *     this class
   */
  public void add(ServerStream<?> stream, Runnable onEnd) {
    open.add(stream);
    stream.onEnd(
        () -> {
          open.remove(stream);
          onEnd.run();
        });
    if (stopping) {
      stream.fail(stoppingFault());
    }
  }

  /** Streams that are open now. */
  public int size() {
    return open.size();
  }

  @EventListener
  void onShutdown(ServerShutdownEvent event) {
    stopping = true;
    for (ServerStream<?> stream : open) {
      stream.fail(stoppingFault());
    }
  }

  private static FaultException stoppingFault() {
    return FaultException.of(FaultKind.UNAVAILABLE, "STOPPING", "the service is stopping");
  }
}
