package dev.facealign.evaluation;

import com.google.protobuf.UnsafeByteOperations;
import com.google.rpc.Code;
import dev.facealign.crop.BoxSource;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.v1.DetectError;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures one model version on a dataset's faces: sends every picture through {@code
 * Landmarks.Detect} and scores the answers. One use, one thread; answers come on gRPC's threads.
 *
 * <p>Pictures are read and sent as answers come back, so that few are in memory at once. A picture
 * that the service has no room for is sent again later; a service that goes away in the middle is
 * waited for, and gets what it has not answered.
 */
final class Measurement {

  private static final Logger log = LoggerFactory.getLogger(Measurement.class);
  private static final long PAUSE_WHEN_FULL_MS = 100;
  private static final int ALL_DONE = -1;
  private static final int BROKEN = -2;
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 4_000;

  /** Hears of faces that are done, on any thread. */
  @FunctionalInterface
  interface Progress {
    void faceDone(int done, int total);
  }

  private final InferenceService inference;
  private final InferenceSettings settings;
  private final String version;
  private final List<FaceSample> faces;
  private final FaceScoring scoring;
  private final Cancellation cancellation;
  private final Progress progress;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by lock.
  private final @Nullable FaceOutcome[] outcomes;
  private final Deque<Integer> toSend = new ArrayDeque<>();
  private final Map<String, Integer> inFlight = new LinkedHashMap<>();
  private int done;
  private long lastProgress = System.nanoTime();
  private long notBefore = System.nanoTime();
  private @Nullable Attempt attempt;
  private @Nullable FaultException failure;

  Measurement(
      InferenceService inference,
      String version,
      FaceDataset dataset,
      Optional<BoxSource> boxes,
      Cancellation cancellation,
      Progress progress) {
    this.inference = inference;
    this.settings = inference.settings();
    this.version = version;
    this.faces = dataset.faces();
    this.scoring = new FaceScoring(dataset, boxes);
    this.cancellation = cancellation;
    this.progress = progress;
    this.outcomes = new FaceOutcome[faces.size()];
  }

  /**
   * Measures all faces.
   *
   * @return one outcome a face, in the dataset's order
   * @throws FaultException where the service refuses the model or cannot be reached
   * @throws CancellationException where nobody waits for the result any more
   */
  List<FaceOutcome> run() throws InterruptedException {
    cancellation.onCancel(this::wake);
    for (int i = 0; i < faces.size(); i++) {
      Optional<FaceOutcome> excluded = scoring.exclusion(faces.get(i));
      if (excluded.isPresent()) {
        settle(i, excluded.get());
      } else {
        toSend.add(i);
      }
    }
    long pause = FIRST_PAUSE_MS;
    while (!finished()) {
      int before = done();
      Optional<FaultException> broken = stream();
      if (broken.isEmpty()) {
        break;
      }
      if (done() > before) {
        pause = FIRST_PAUSE_MS;
      }
      reconnect(broken.get(), pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
    List<FaceOutcome> all = new ArrayList<>(outcomes.length);
    for (FaceOutcome outcome : outcomes) {
      all.add(Objects.requireNonNull(outcome, "every face was settled"));
    }
    return all;
  }

  private void reconnect(FaultException broken, long pauseMs) throws InterruptedException {
    long away = System.nanoTime() - lastProgress();
    if (away > settings.reconnectFor().toNanos()) {
      throw broken;
    }
    log.warn(
        "stream broke, trying again version={} pause_ms={} error={}",
        version,
        pauseMs,
        broken.getMessage());
    lock.lock();
    try {
      // What was not answered goes first, in its order.
      List<Integer> unanswered = new ArrayList<>(inFlight.values());
      inFlight.clear();
      for (int i = unanswered.size() - 1; i >= 0; i--) {
        toSend.addFirst(unanswered.get(i));
      }
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
      while (System.nanoTime() < until) {
        cancellation.check();
        long unused = changed.awaitNanos(until - System.nanoTime());
      }
    } finally {
      lock.unlock();
    }
  }

  /** One stream; empty when all faces are done, or why it broke. */
  private Optional<FaultException> stream() throws InterruptedException {
    Attempt current = new Attempt();
    lock.lock();
    try {
      attempt = current;
    } finally {
      lock.unlock();
    }
    inference.landmarks().detect(current);
    ClientCallStreamObserver<DetectRequest> requests = current.requests();
    try {
      while (true) {
        int next = awaitNext(current);
        if (next == ALL_DONE) {
          requests.onCompleted();
          return Optional.empty();
        }
        if (next == BROKEN) {
          return Optional.of(current.fault());
        }
        send(next, requests);
      }
    } catch (RuntimeException | InterruptedException e) {
      requests.cancel("measurement ended", e);
      throw e;
    }
  }

  /** Waits until a face may be sent: its place in the dataset, ALL_DONE or BROKEN. */
  private int awaitNext(Attempt current) throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        cancellation.check();
        FaultException fatal = failure;
        if (fatal != null) {
          throw fatal;
        }
        if (done == outcomes.length) {
          return ALL_DONE;
        }
        if (current.broken != null) {
          return BROKEN;
        }
        long now = System.nanoTime();
        long wait = settings.answerTimeout().toNanos() - (now - lastProgress);
        if (!toSend.isEmpty() && inFlight.size() < settings.maxInFlight() && current.isReady()) {
          if (now - notBefore >= 0) {
            return toSend.removeFirst();
          }
          wait = Math.min(wait, notBefore - now);
        }
        if (wait <= 0) {
          throw FaultException.of(
              FaultKind.UNAVAILABLE,
              "INFERENCE_SILENT",
              "inference-service at "
                  + settings.address()
                  + ": no answer for "
                  + settings.answerTimeout().toSeconds()
                  + " s");
        }
        long unused = changed.awaitNanos(wait);
      }
    } finally {
      lock.unlock();
    }
  }

  private void send(int index, ClientCallStreamObserver<DetectRequest> requests) {
    FaceSample face = faces.get(index);
    byte[] picture;
    try {
      picture = face.readEncodedPicture();
    } catch (FaultException e) {
      settle(index, new FaceOutcome.Excluded(face.id(), e.getMessage()));
      return;
    }
    if (picture.length > settings.maxPictureBytes()) {
      settle(
          index,
          new FaceOutcome.Excluded(
              face.id(),
              "picture: "
                  + picture.length
                  + " bytes (expected: <= "
                  + settings.maxPictureBytes()
                  + ")"));
      return;
    }
    String tag = Integer.toString(index);
    DetectRequest.Builder request =
        DetectRequest.newBuilder()
            .setImage(UnsafeByteOperations.unsafeWrap(picture))
            .setModel(version)
            .setTag(tag);
    scoring.addBox(request, face);
    lock.lock();
    try {
      inFlight.put(tag, index);
    } finally {
      lock.unlock();
    }
    requests.onNext(request.build());
  }

  private void answered(Attempt from, DetectResponse answer) {
    Integer index;
    lock.lock();
    try {
      if (from != attempt) {
        return;
      }
      index = inFlight.remove(answer.getTag());
      if (index == null) {
        fail(
            FaultException.of(
                FaultKind.UNAVAILABLE,
                "INFERENCE_CONFUSED",
                "answer to \"" + answer.getTag() + "\" (expected: one that was asked)"));
        return;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    FaceSample face = faces.get(index);
    try {
      take(index, face, answer);
    } catch (FaultException e) {
      settle(index, new FaceOutcome.Failed(face.id(), e.getMessage(), null));
    }
  }

  private void take(int index, FaceSample face, DetectResponse answer) {
    if (answer.hasError()) {
      refused(index, face, answer.getError());
    } else if (!answer.getModelVersion().equals(version)) {
      fail(
          FaultException.of(
              FaultKind.UNAVAILABLE,
              "INFERENCE_CONFUSED",
              "model version: " + answer.getModelVersion() + " (expected: " + version + ")"));
    } else {
      settle(index, scoring.score(face, answer));
    }
  }

  private void refused(int index, FaceSample face, DetectError error) {
    Code code = Code.forNumber(error.getCode());
    if (code == Code.RESOURCE_EXHAUSTED || code == Code.UNAVAILABLE) {
      lock.lock();
      try {
        toSend.addLast(index);
        notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_WHEN_FULL_MS);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    } else if (code == Code.INVALID_ARGUMENT) {
      settle(
          index,
          new FaceOutcome.Failed(face.id(), error.getReason() + ": " + error.getMessage(), null));
    } else {
      fail(
          inference.fault(
              Status.fromCodeValue(error.getCode())
                  .withDescription(error.getMessage())
                  .asRuntimeException()));
    }
  }

  private void settle(int index, FaceOutcome outcome) {
    int now;
    lock.lock();
    try {
      outcomes[index] = outcome;
      lastProgress = System.nanoTime();
      done++;
      now = done;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    progress.faceDone(now, outcomes.length);
  }

  private void fail(FaultException fault) {
    lock.lock();
    try {
      if (failure == null) {
        failure = fault;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean finished() {
    return done() == outcomes.length;
  }

  private int done() {
    lock.lock();
    try {
      return done;
    } finally {
      lock.unlock();
    }
  }

  private long lastProgress() {
    lock.lock();
    try {
      return lastProgress;
    } finally {
      lock.unlock();
    }
  }

  /** One call of Detect. */
  private final class Attempt implements ClientResponseObserver<DetectRequest, DetectResponse> {
    private @Nullable ClientCallStreamObserver<DetectRequest> requests;
    private @Nullable FaultException broken; // guarded by lock

    @Override
    public void beforeStart(ClientCallStreamObserver<DetectRequest> stream) {
      requests = stream;
      stream.setOnReadyHandler(Measurement.this::wake);
    }

    ClientCallStreamObserver<DetectRequest> requests() {
      return Objects.requireNonNull(requests, "gRPC calls beforeStart first");
    }

    FaultException fault() {
      lock.lock();
      try {
        return Objects.requireNonNull(broken, "asked only when the stream broke");
      } finally {
        lock.unlock();
      }
    }

    boolean isReady() {
      return requests().isReady();
    }

    @Override
    public void onNext(DetectResponse answer) {
      answered(this, answer);
    }

    @Override
    public void onError(Throwable thrown) {
      StatusRuntimeException status =
          thrown instanceof StatusRuntimeException known
              ? known
              : Status.fromThrowable(thrown).asRuntimeException();
      FaultException fault = inference.fault(status);
      if (fault.kind() == FaultKind.UNAVAILABLE) {
        broke(fault);
      } else {
        fail(fault);
      }
    }

    @Override
    public void onCompleted() {
      // In order when all was answered; else the service ended the stream without a word.
      broke(
          FaultException.of(
              FaultKind.UNAVAILABLE,
              "INFERENCE_UNAVAILABLE",
              "inference-service at " + settings.address() + " ended the stream early"));
    }

    private void broke(FaultException fault) {
      lock.lock();
      try {
        broken = fault;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
