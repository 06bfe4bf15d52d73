package dev.facealign.inference.stream;

import com.google.rpc.Code;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.batch.Caller;
import dev.facealign.inference.batch.QueueFullException;
import dev.facealign.inference.finding.LandmarkAnswer;
import dev.facealign.inference.finding.LandmarkFinder;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.track.TrackingSettings;
import dev.facealign.platform.service.Readiness;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.LandmarksGrpc;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerShutdownEvent;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC service Landmarks. */
@Singleton
public final class LandmarksEndpoint extends LandmarksGrpc.LandmarksImplBase {
  private static final Logger log = LoggerFactory.getLogger(LandmarksEndpoint.class);
  private static final String DETECT_IMAGE = "DetectImage";

  private final LandmarkFinder finder;
  private final RequestReader reader;
  private final StreamSettings settings;
  private final TrackingSettings tracking;
  private final InferenceMetrics metrics;
  private final Readiness readiness;
  private final Set<DetectStream> streams = ConcurrentHashMap.newKeySet();
  private final AtomicInteger askingStreams = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition streamEnded = lock.newCondition();
  private volatile boolean draining;

  LandmarksEndpoint(
      LandmarkFinder finder,
      RequestReader reader,
      StreamSettings settings,
      TrackingSettings tracking,
      InferenceMetrics metrics,
      Readiness readiness) {
    this.finder = finder;
    this.reader = reader;
    this.settings = settings;
    this.tracking = tracking;
    this.metrics = metrics;
    this.readiness = readiness;
  }

  @Override
  public StreamObserver<DetectRequest> detect(StreamObserver<DetectResponse> responses) {
    DetectStream stream =
        new DetectStream(
            (ServerCallStreamObserver<DetectResponse>) responses,
            finder,
            reader,
            settings,
            tracking,
            metrics,
            askingStreams,
            this::ended);
    streams.add(stream);
    if (draining) {
      stream.drain();
    } else {
      stream.start();
    }
    return stream;
  }

  @Override
  public void detectImage(DetectRequest request, StreamObserver<DetectResponse> response) {
    long began = System.nanoTime();
    Context context = Context.current();
    // With a handler, sending to a caller who has gone meanwhile does nothing; without, it throws.
    ((ServerCallStreamObserver<DetectResponse>) response).setOnCancelHandler(() -> {});
    String tag = request.getTag();
    CompletableFuture<?> unused =
        found(request, context::isCancelled)
            .whenComplete(
                (answer, failure) -> {
                  Code outcome = settle(tag, answer, failure, response);
                  metrics.answered(DETECT_IMAGE, outcome.name(), System.nanoTime() - began);
                });
  }

  /**
   * Answers a picture for a caller that is no gRPC call.
   *
   * @return the answer; fails with what {@link Refusal#of} tells in words
   */
  public CompletableFuture<DetectResponse> answer(DetectRequest request) {
    return found(request, () -> false)
        .thenApply(answer -> ResponseWriter.answered(request.getTag(), 0, answer));
  }

  private CompletableFuture<LandmarkAnswer> found(DetectRequest request, Caller caller) {
    try {
      if (draining) {
        throw shuttingDown();
      }
      finder.requireRoom();
      return finder.find(reader.read(request), caller);
    } catch (FaultException | QueueFullException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Code settle(
      String tag,
      @Nullable LandmarkAnswer answer,
      @Nullable Throwable failure,
      StreamObserver<DetectResponse> response) {
    try {
      if (answer != null) {
        response.onNext(ResponseWriter.answered(tag, 0, answer));
        response.onCompleted();
        return Code.OK;
      }
      Refusal refusal = Refusal.of(Objects.requireNonNull(failure));
      response.onError(refusal.status());
      return refusal.code();
    } catch (RuntimeException e) {
      // A future would keep it to itself, and the caller would wait for ever.
      response.onError(e);
      return Code.INTERNAL;
    }
  }

  /** Comes before the server stops taking calls: ends what was taken in, within its bound. */
  @EventListener
  void onShutdown(ServerShutdownEvent event) {
    if (event.getSource() instanceof GrpcEmbeddedServer) {
      drain();
    }
  }

  private void drain() {
    readiness.stopping();
    draining = true;
    streams.forEach(DetectStream::drain);
    log.info("draining streams={} requests={}", streams.size(), finder.open());
    long end = System.nanoTime() + settings.drainTimeout().toNanos();
    try {
      boolean answered = finder.awaitQuiet(settings.drainTimeout());
      boolean sent = awaitNoStream(end);
      log.info(
          "drained in_time={} streams={} requests={}",
          answered && sent,
          streams.size(),
          finder.open());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitNoStream(long endNanos) throws InterruptedException {
    lock.lock();
    try {
      long remaining = endNanos - System.nanoTime();
      while (!streams.isEmpty() && remaining > 0) {
        remaining = streamEnded.awaitNanos(remaining);
      }
      return streams.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void ended(DetectStream stream) {
    lock.lock();
    try {
      streams.remove(stream);
      streamEnded.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static FaultException shuttingDown() {
    return FaultException.of(
        FaultKind.UNAVAILABLE, "SHUTTING_DOWN", "the service is shutting down; ask another");
  }
}
