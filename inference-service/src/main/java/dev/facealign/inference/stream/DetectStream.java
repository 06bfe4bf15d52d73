package dev.facealign.inference.stream;

import com.google.rpc.Code;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.batch.Caller;
import dev.facealign.inference.finding.LandmarkAnswer;
import dev.facealign.inference.finding.LandmarkFinder;
import dev.facealign.inference.finding.LandmarkQuery;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.track.FaceTracker;
import dev.facealign.inference.track.TrackingSettings;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Detect stream. Requests are worked on side by side and answered in the order they came.
 *
 * <p>Flow: a request is asked for only while there is a free place and room for its bytes, and,
 * beside others of the stream, only while the service is not busy for too long already and the
 * stream has no more than its share of what that lets in: else the first that came would keep all
 * of it, one request for each answer, and the others had one at a time. A place is free again when
 * its answer was sent, which waits for the reader. So a reader that does not read stops its own
 * requests, and what it holds of the service is bounded; other streams do not notice.
 *
 * <pre>
 *   reading ──► half-closed (caller sends no more) ──► all answered ──► completed
 *      │                                                    ▲
 *      ├─ draining (service stops) ──► all answered ──► UNAVAILABLE
 *      └─ cancelled by the caller, at any time: what is still queued is dropped
 * </pre>
 */
final class DetectStream implements StreamObserver<DetectRequest> {
  static final String RPC = "Detect";

  /**
   * Followed pictures of a stream that are taken in at a time: one in work and one that it will not
   * have to wait for. They wait for each other and not in the service's queue, which would count
   * them.
   */
  private static final int FOLLOWED_WAITING = 2;

  private final ServerCallStreamObserver<DetectResponse> responses;
  private final Context context = Context.current();
  private final Caller caller = this::isGone;
  private final LandmarkFinder finder;
  private final RequestReader reader;
  private final StreamSettings settings;
  private final InferenceMetrics metrics;
  private final AtomicInteger askers;
  private final Consumer<DetectStream> onEnd;

  private final FaceTracker tracker;
  // Of those onNext calls, one after the other: the answer that the next followed picture waits
  // for.
  private CompletableFuture<?> lastFollowed = CompletableFuture.completedFuture(null);

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock: requests that were taken in and are not answered yet, in their order.
  private final Deque<Place> places = new ArrayDeque<>();
  private long bytesInFlight;
  // Of the places, those without a response.
  private int unanswered;
  private long nextSequence;
  private double newestTimestamp = Double.NEGATIVE_INFINITY;
  private boolean requested;
  private boolean halfClosed;
  private boolean draining;
  private boolean advancing;
  private boolean advanceAgain;

  private volatile boolean ended;

  /** A request that waits for its answer to be sent. */
  private static final class Place {
    final String tag;
    final long sequence;
    final long bytes;
    final long sinceNanos = System.nanoTime();
    // Whether it waits for those before; written before the stream reads on.
    volatile boolean followed;
    // Guarded by the lock.
    @Nullable DetectResponse response;
    String outcome = "";

    Place(String tag, long sequence, long bytes) {
      this.tag = tag;
      this.sequence = sequence;
      this.bytes = bytes;
    }
  }

  /**
   * To be made in the service method.
   *
   * @param askers how many streams of the service wait for an answer of its own, not for their
   *     readers; kept by them all
   * @param onEnd called once, when the stream has ended in whatever way
   */
  DetectStream(
      ServerCallStreamObserver<DetectResponse> responses,
      LandmarkFinder finder,
      RequestReader reader,
      StreamSettings settings,
      TrackingSettings tracking,
      InferenceMetrics metrics,
      AtomicInteger askers,
      Consumer<DetectStream> onEnd) {
    this.responses = responses;
    this.finder = finder;
    this.reader = reader;
    this.settings = settings;
    this.tracker = new FaceTracker(tracking);
    this.metrics = metrics;
    this.askers = askers;
    this.onEnd = onEnd;
    responses.disableAutoRequest();
    responses.setOnReadyHandler(this::advance);
    responses.setOnCancelHandler(this::end);
    responses.setOnCloseHandler(this::end);
    metrics.streamOpened();
  }

  /** Begins to read; to be called once. */
  void start() {
    advance();
  }

  @Override
  public void onNext(DetectRequest request) {
    Place place;
    FaultException late;
    lock.lock();
    try {
      requested = false;
      // A tag that is too long is refused; it is not sent back for that.
      String tag = request.getTag().length() <= RequestReader.LONGEST_TAG ? request.getTag() : "";
      place = new Place(tag, nextSequence++, request.getSerializedSize());
      places.addLast(place);
      if (!ended && unanswered++ == 0) {
        askers.incrementAndGet();
      }
      bytesInFlight += place.bytes;
      late = checkOrder(request);
    } finally {
      lock.unlock();
    }
    if (late == null) {
      begin(place, request);
    } else {
      refuse(place, late);
    }
    advance();
  }

  private void begin(Place place, DetectRequest request) {
    try {
      LandmarkQuery query = reader.read(request, tracker);
      CompletableFuture<LandmarkAnswer> answered;
      if (query.video() == null) {
        answered = finder.find(query, caller);
      } else {
        place.followed = true;
        answered = afterThoseBefore(query);
      }
      CompletableFuture<?> unused =
          answered.whenComplete((answer, failure) -> settle(place, answer, failure));
    } catch (FaultException e) {
      refuse(place, e);
    }
  }

  /**
   * A followed face is looked for where it was: each picture waits for the one before, holding no
   * thread.
   */
  private CompletableFuture<LandmarkAnswer> afterThoseBefore(LandmarkQuery query) {
    CompletableFuture<LandmarkAnswer> answered =
        lastFollowed
            .handle((answer, failure) -> query)
            .thenCompose(next -> finder.find(next, caller));
    lastFollowed = answered;
    return answered;
  }

  private @Nullable FaultException checkOrder(DetectRequest request) {
    double timestamp = request.getTimestampSeconds();
    if (!request.hasTimestampSeconds() || !Double.isFinite(timestamp)) {
      return null;
    }
    if (timestamp <= newestTimestamp) {
      return FaultException.invalid(
          "timestamp_seconds", timestamp, "> " + newestTimestamp + ", the newest of this stream");
    }
    newestTimestamp = timestamp;
    return null;
  }

  private void settle(Place place, @Nullable LandmarkAnswer answer, @Nullable Throwable failure) {
    try {
      if (answer != null) {
        respond(place, ResponseWriter.answered(place.tag, place.sequence, answer), Code.OK);
      } else if (failure != null) {
        refuse(place, failure);
      }
    } catch (RuntimeException e) {
      // A future would keep it to itself, and the stream would stand still.
      end();
      responses.onError(e);
    }
  }

  private void refuse(Place place, Throwable failure) {
    Refusal refusal = Refusal.of(failure);
    respond(place, ResponseWriter.refused(place.tag, place.sequence, refusal), refusal.code());
  }

  private void respond(Place place, DetectResponse response, Code outcome) {
    lock.lock();
    try {
      place.response = response;
      place.outcome = outcome.name();
      if (!ended && --unanswered == 0) {
        askers.decrementAndGet();
      }
    } finally {
      lock.unlock();
    }
    advance();
  }

  /** Sends what is next in order and can be sent, then asks for what there is room for. */
  private void advance() {
    lock.lock();
    try {
      // What is called from here may call back on this thread, and must find the order as it is.
      if (advancing) {
        advanceAgain = true;
        return;
      }
      advancing = true;
      try {
        do {
          advanceAgain = false;
          if (!ended) {
            sendThenRead();
          }
        } while (advanceAgain);
      } finally {
        advancing = false;
      }
    } finally {
      lock.unlock();
    }
  }

  private void sendThenRead() {
    send();
    if (!places.isEmpty()) {
      readOn();
    } else if (halfClosed) {
      end();
      responses.onCompleted();
    } else if (draining) {
      end();
      responses.onError(shuttingDown());
    } else {
      readOn();
    }
  }

  private void send() {
    Place first = places.peekFirst();
    while (first != null && responses.isReady()) {
      DetectResponse response = first.response;
      if (response == null) {
        return;
      }
      places.removeFirst();
      bytesInFlight -= first.bytes;
      responses.onNext(response);
      metrics.answered(RPC, first.outcome, System.nanoTime() - first.sinceNanos);
      first = places.peekFirst();
    }
  }

  private void readOn() {
    boolean room =
        places.isEmpty()
            || (places.size() < settings.maxInFlight()
                && bytesInFlight < settings.maxBytesInFlight()
                && followedWaiting() < FOLLOWED_WAITING
                && finder.hasRoom(unanswered, askers.get()));
    if (room && !requested && !halfClosed && !draining) {
      requested = true;
      responses.request(1);
    }
  }

  private long followedWaiting() {
    return places.stream().filter(place -> place.followed && place.response == null).count();
  }

  /** The caller sends no more. */
  @Override
  public void onCompleted() {
    lock.lock();
    try {
      halfClosed = true;
    } finally {
      lock.unlock();
    }
    advance();
  }

  /** The caller is gone. */
  @Override
  public void onError(Throwable t) {
    end();
  }

  /** Reads no more; answers what was taken in and ends the stream with UNAVAILABLE. */
  void drain() {
    lock.lock();
    try {
      draining = true;
    } finally {
      lock.unlock();
    }
    advance();
  }

  private boolean isGone() {
    return ended || context.isCancelled();
  }

  private void end() {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      if (unanswered > 0) {
        askers.decrementAndGet();
      }
      long now = System.nanoTime();
      for (Place place : places) {
        metrics.answered(RPC, Code.CANCELLED.name(), now - place.sinceNanos);
      }
      places.clear();
      bytesInFlight = 0;
    } finally {
      lock.unlock();
    }
    metrics.streamClosed();
    onEnd.accept(this);
  }

  private static FaultException shuttingDown() {
    return FaultException.of(
        FaultKind.UNAVAILABLE, "SHUTTING_DOWN", "the service is shutting down; ask another");
  }
}
