package dev.facealign.evaluation.inference;

import com.google.protobuf.UnsafeByteOperations;
import com.google.rpc.Code;
import dev.facealign.dataset.FaceSample;
import dev.facealign.evaluation.scoring.FaceAnswer;
import dev.facealign.evaluation.scoring.FaceScoring;
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
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects one model version's answers to the faces of a dataset: sends every picture through
 * {@code Landmarks.Detect} and keeps what comes back in a log. One use, one thread; answers come on
 * gRPC's threads.
 *
 * <p>Faces are taken, and pictures read and sent, as answers come back, so that few are in memory
 * at once. A picture that the service has no room for is sent again; a service that goes away in
 * the middle is waited for, and gets what it has not answered.
 */
public final class AnswerCollector implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AnswerCollector.class);
  private static final long PAUSE_WHEN_FULL_MS = 100;
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 4_000;

  /** Hears of faces that are done, on any thread. */
  @FunctionalInterface
  public interface Progress {
    /**
     * One more is done.
     *
     * @param done so far
     * @param total faces of the dataset
     */
    void faceDone(int done, int total);
  }

  /** A face to be asked for. */
  private record Asked(int index, FaceSample face) {}

  /** What there is to do. */
  private sealed interface Turn {
    /** A face may be sent. */
    record Send(Asked asked) implements Turn {}

    /** More faces may be taken, or all was answered. */
    record Rest() implements Turn {}

    /** The stream broke. */
    record Broken(FaultException why) implements Turn {}
  }

  private final InferenceService inference;
  private final InferenceSettings settings;
  private final String version;
  private final FaceScoring scoring;
  private final AnswerLog answers;
  private final int total;
  private final Cancellation cancellation;
  private final Progress progress;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by lock.
  private final Deque<Asked> toSend = new ArrayDeque<>();
  private final Map<String, Asked> inFlight = new LinkedHashMap<>();
  private int done;
  private int asked;
  private long lastProgress = System.nanoTime();
  private long notBefore = System.nanoTime();
  private @Nullable Attempt attempt;
  private @Nullable FaultException failure;
  private long pauseMs = FIRST_PAUSE_MS;
  private int doneAtBreak = -1;

  /**
   * Of one version.
   *
   * @param answers that there are already, and that come
   * @param total faces of the dataset
   */
  public AnswerCollector(
      InferenceService inference,
      String version,
      FaceScoring scoring,
      AnswerLog answers,
      int total,
      Cancellation cancellation,
      Progress progress) {
    this.inference = inference;
    this.settings = inference.settings();
    this.version = version;
    this.scoring = scoring;
    this.answers = answers;
    this.total = total;
    this.cancellation = cancellation;
    this.progress = progress;
    cancellation.onCancel(this::wake);
  }

  /**
   * Asks for a face, as soon as there is room; returns when it was sent. One that is answered
   * already, or cannot be measured whatever is answered, is passed over.
   *
   * @param index in the dataset
   * @throws FaultException where the service refuses the model or cannot be reached
   * @throws CancellationException where nobody waits for the result any more
   */
  public void take(int index, FaceSample face) throws InterruptedException {
    cancellation.check();
    if (answers.has(index) || scoring.exclusion(face).isPresent()) {
      settled();
      return;
    }
    lock.lock();
    try {
      toSend.addLast(new Asked(index, face));
    } finally {
      lock.unlock();
    }
    work(false);
  }

  /**
   * Waits for the answers of all faces that were taken; throws as {@link #take}.
   *
   * @return faces that were answered for this, not before
   */
  public int finish() throws InterruptedException {
    work(true);
    lock.lock();
    try {
      return asked;
    } finally {
      lock.unlock();
    }
  }

  private void work(boolean untilAnswered) throws InterruptedException {
    while (true) {
      Attempt current = attempt();
      Turn turn = awaitTurn(current, untilAnswered);
      if (turn instanceof Turn.Rest) {
        return;
      }
      if (turn instanceof Turn.Send send) {
        send(send.asked(), current.requests());
      } else if (turn instanceof Turn.Broken broken) {
        reconnect(broken.why());
      }
    }
  }

  private void reconnect(FaultException broken) throws InterruptedException {
    long away = System.nanoTime() - lastProgress();
    if (away > settings.reconnectFor().toNanos()) {
      throw broken;
    }
    lock.lock();
    try {
      attempt = null;
      if (done > doneAtBreak) {
        pauseMs = FIRST_PAUSE_MS;
      }
      doneAtBreak = done;
      log.warn(
          "stream broke, trying again version={} pause_ms={} error={}",
          version,
          pauseMs,
          broken.getMessage());
      // What was not answered goes first, in its order.
      List<Asked> unanswered = new ArrayList<>(inFlight.values());
      inFlight.clear();
      for (int i = unanswered.size() - 1; i >= 0; i--) {
        toSend.addFirst(unanswered.get(i));
      }
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      while (System.nanoTime() < until) {
        cancellation.check();
        long unused = changed.awaitNanos(until - System.nanoTime());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The stream there is, or a new one. */
  private Attempt attempt() {
    Attempt current;
    lock.lock();
    try {
      if (attempt != null) {
        return attempt;
      }
      current = new Attempt();
      attempt = current;
    } finally {
      lock.unlock();
    }
    inference.landmarks().detect(current);
    return current;
  }

  /** Waits until there is something to do. */
  private Turn awaitTurn(Attempt current, boolean untilAnswered) throws InterruptedException {
    lock.lock();
    try {
      long waitingSince = System.nanoTime();
      while (true) {
        cancellation.check();
        FaultException fatal = failure;
        if (fatal != null) {
          throw fatal;
        }
        if (toSend.isEmpty() && (!untilAnswered || inFlight.isEmpty())) {
          return new Turn.Rest();
        }
        FaultException broken = current.broken;
        if (broken != null) {
          return new Turn.Broken(broken);
        }
        long now = System.nanoTime();
        long silence = now - Math.max(lastProgress, waitingSince);
        long wait = settings.answerTimeout().toNanos() - silence;
        if (!toSend.isEmpty() && inFlight.size() < settings.maxInFlight() && current.isReady()) {
          if (now - notBefore >= 0) {
            return new Turn.Send(toSend.removeFirst());
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

  private void send(Asked next, ClientCallStreamObserver<DetectRequest> requests) {
    byte[] picture;
    try {
      picture = next.face().readEncodedPicture();
    } catch (FaultException e) {
      settle(next, new FaceAnswer.Unusable(e.getMessage()));
      return;
    }
    if (picture.length > settings.maxPictureBytes()) {
      settle(
          next,
          new FaceAnswer.Unusable(
              "picture: "
                  + picture.length
                  + " bytes (expected: <= "
                  + settings.maxPictureBytes()
                  + ")"));
      return;
    }
    String tag = Integer.toString(next.index());
    DetectRequest.Builder request =
        DetectRequest.newBuilder()
            .setImage(UnsafeByteOperations.unsafeWrap(picture))
            .setModel(version)
            .setTag(tag);
    scoring.addBox(request, next.face());
    lock.lock();
    try {
      inFlight.put(tag, next);
    } finally {
      lock.unlock();
    }
    requests.onNext(request.build());
  }

  private void answered(Attempt from, DetectResponse answer) {
    Asked answered;
    lock.lock();
    try {
      if (from != attempt) {
        return;
      }
      answered = inFlight.get(answer.getTag());
    } finally {
      lock.unlock();
    }
    try {
      if (answered == null) {
        throw FaultException.of(
            FaultKind.UNAVAILABLE,
            "INFERENCE_CONFUSED",
            "answer to \"" + answer.getTag() + "\" (expected: one that was asked)");
      }
      take(answered, answer);
    } catch (FaultException e) {
      fail(e);
    }
  }

  private void take(Asked answered, DetectResponse answer) {
    if (answer.hasError()) {
      refused(answered, answer);
    } else if (!answer.getModelVersion().equals(version)) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          "INFERENCE_CONFUSED",
          "model version: " + answer.getModelVersion() + " (expected: " + version + ")");
    } else {
      settle(answered, new FaceAnswer.Answered(answer));
    }
  }

  private void refused(Asked refused, DetectResponse answer) {
    DetectError error = answer.getError();
    Code code = Code.forNumber(error.getCode());
    if (code == Code.RESOURCE_EXHAUSTED || code == Code.UNAVAILABLE) {
      lock.lock();
      try {
        inFlight.remove(answer.getTag());
        toSend.addLast(refused);
        notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_WHEN_FULL_MS);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    } else if (code == Code.INVALID_ARGUMENT) {
      settle(refused, new FaceAnswer.Answered(answer));
    } else {
      throw inference.fault(
          Status.fromCodeValue(error.getCode())
              .withDescription(error.getMessage())
              .asRuntimeException());
    }
  }

  /** Keeps a face's entry. */
  private void settle(Asked settled, FaceAnswer entry) {
    answers.add(settled.index(), entry);
    lock.lock();
    try {
      inFlight.remove(Integer.toString(settled.index()));
      asked++;
    } finally {
      lock.unlock();
    }
    settled();
  }

  private void settled() {
    int now;
    lock.lock();
    try {
      lastProgress = System.nanoTime();
      done++;
      now = done;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    progress.faceDone(now, total);
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

  private long lastProgress() {
    lock.lock();
    try {
      return lastProgress;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the call; early, where not all was answered. */
  @Override
  public void close() {
    Attempt last;
    boolean early;
    lock.lock();
    try {
      last = attempt;
      attempt = null;
      early = !inFlight.isEmpty() || !toSend.isEmpty() || failure != null;
    } finally {
      lock.unlock();
    }
    if (last == null) {
      return;
    }
    if (early) {
      last.requests().cancel("measurement ended", null);
    } else {
      last.requests().onCompleted();
    }
  }

  /** One call of Detect. */
  private final class Attempt implements ClientResponseObserver<DetectRequest, DetectResponse> {
    private @Nullable ClientCallStreamObserver<DetectRequest> requests;
    private @Nullable FaultException broken; // guarded by lock

    @Override
    public void beforeStart(ClientCallStreamObserver<DetectRequest> stream) {
      requests = stream;
      stream.setOnReadyHandler(AnswerCollector.this::wake);
    }

    ClientCallStreamObserver<DetectRequest> requests() {
      return Objects.requireNonNull(requests, "gRPC calls beforeStart first");
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
