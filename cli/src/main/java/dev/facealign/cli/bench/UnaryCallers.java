package dev.facealign.cli.bench;

import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.LandmarksGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A call for each request, spread over the connections in turn. */
final class UnaryCallers implements Callers {
  private final List<LandmarksGrpc.LandmarksStub> connections;
  private final int mostOpen;
  private final Duration timeout;
  private final Listener listener;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger next = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param mostOpen calls at a time
   * @param timeout of each call
   */
  UnaryCallers(
      List<LandmarksGrpc.LandmarksStub> connections,
      int mostOpen,
      Duration timeout,
      Listener listener) {
    this.connections = connections;
    this.mostOpen = mostOpen;
    this.timeout = timeout;
    this.listener = listener;
  }

  @Override
  public boolean trySend(DetectRequest request, Sent sent) {
    if (open.incrementAndGet() > mostOpen) {
      open.decrementAndGet();
      return false;
    }
    int connection = Math.floorMod(next.getAndIncrement(), connections.size());
    connections
        .get(connection)
        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .detectImage(request, new Answer(sent));
    return true;
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Answer implements StreamObserver<DetectResponse> {
    private final Sent sent;

    Answer(Sent sent) {
      this.sent = sent;
    }

    @Override
    public void onNext(DetectResponse response) {
      if (!closed) {
        listener.answered(sent, response);
      }
    }

    @Override
    public void onError(Throwable failure) {
      open.decrementAndGet();
      if (!closed) {
        listener.failed(sent, Status.fromThrowable(failure));
        listener.free();
      }
    }

    @Override
    public void onCompleted() {
      open.decrementAndGet();
      if (!closed) {
        listener.free();
      }
    }
  }
}
