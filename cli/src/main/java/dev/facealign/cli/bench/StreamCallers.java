package dev.facealign.cli.bench;

import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.LandmarksGrpc;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Detect streams, spread over the connections, each asked in turn. A stream takes a request while
 * the connection takes its bytes: what a service that does not read holds up waits here, not in
 * memory of the transport. A stream that fails is opened again.
 */
final class StreamCallers implements Callers {
  private static final long REOPEN_AFTER_MS = 200;

  private final List<Lane> lanes = new ArrayList<>();
  private final Listener listener;
  private final AtomicInteger next = new AtomicInteger();
  private volatile boolean closed;

  StreamCallers(List<LandmarksGrpc.LandmarksStub> connections, int streams, Listener listener) {
    this.listener = listener;
    for (int i = 0; i < streams; i++) {
      lanes.add(new Lane(connections.get(i % connections.size())));
    }
    lanes.forEach(Lane::open);
  }

  @Override
  public boolean trySend(DetectRequest request, Sent sent) {
    int first = next.getAndIncrement();
    for (int i = 0; i < lanes.size(); i++) {
      if (lanes.get(Math.floorMod(first + i, lanes.size())).trySend(request, sent)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    closed = true;
    lanes.forEach(Lane::cancel);
  }

  /** One stream after the other on one connection. */
  private final class Lane {
    private final LandmarksGrpc.LandmarksStub connection;
    // Guarded by this: in the order in which they are to be answered.
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private @Nullable ClientCallStreamObserver<DetectRequest> requests;

    Lane(LandmarksGrpc.LandmarksStub connection) {
      this.connection = connection;
    }

    void open() {
      if (!closed) {
        connection.detect(new Answers());
      }
    }

    synchronized boolean trySend(DetectRequest request, Sent sent) {
      if (requests == null || !requests.isReady()) {
        return false;
      }
      underWay.addLast(sent);
      requests.onNext(request);
      return true;
    }

    private synchronized void opened(ClientCallStreamObserver<DetectRequest> stream) {
      requests = stream;
    }

    private synchronized @Nullable Sent answered() {
      return underWay.pollFirst();
    }

    private synchronized List<Sent> ended() {
      requests = null;
      List<Sent> open = List.copyOf(underWay);
      underWay.clear();
      return open;
    }

    void cancel() {
      ClientCallStreamObserver<DetectRequest> stream;
      synchronized (this) {
        stream = requests;
        requests = null;
      }
      if (stream != null) {
        stream.cancel("the load ends", null);
      }
    }

    private final class Answers implements ClientResponseObserver<DetectRequest, DetectResponse> {
      @Override
      public void beforeStart(ClientCallStreamObserver<DetectRequest> stream) {
        stream.setOnReadyHandler(
            () -> {
              opened(stream);
              listener.free();
            });
      }

      @Override
      public void onNext(DetectResponse response) {
        Sent sent = answered();
        if (!closed && sent != null) {
          listener.answered(sent, response);
        }
      }

      @Override
      public void onError(Throwable failure) {
        end(Status.fromThrowable(failure));
      }

      @Override
      public void onCompleted() {
        end(Status.UNAVAILABLE.withDescription("the service ended the stream"));
      }

      private void end(Status status) {
        List<Sent> unanswered = ended();
        if (closed) {
          return;
        }
        unanswered.forEach(sent -> listener.failed(sent, status));
        CompletableFuture.delayedExecutor(REOPEN_AFTER_MS, TimeUnit.MILLISECONDS)
            .execute(Lane.this::open);
      }
    }
  }
}
