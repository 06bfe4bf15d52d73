package dev.facealign.inference.finding;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.batch.Batcher;
import dev.facealign.inference.batch.Caller;
import dev.facealign.inference.batch.QueueFullException;
import dev.facealign.inference.face.DetectorSettings;
import dev.facealign.inference.face.FaceDetector;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.model.ServingModels;
import dev.facealign.inference.picture.PictureReader;
import dev.facealign.inference.score.FaceScore;
import dev.facealign.inference.track.TrackingSettings;
import dev.facealign.pose.HeadPoseEstimator;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds the landmarks of pictures: decodes, finds faces where no boxes are given, crops, and runs
 * the model together with everybody else's faces. Knows nothing of how questions come and answers
 * go.
 */
@Singleton
public final class LandmarkFinder implements AutoCloseable {
  private final ServingModels models;
  private final PreparationPool pool;
  private final Batcher batcher;
  private final Admission admission;
  private final Finding.Tools tools;

  private final Set<Owed> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();
  private volatile boolean closed;

  /** An answer that a caller waits for; not a record, because two are never the same. */
  private static final class Owed {
    final CompletableFuture<?> answer;

    Owed(CompletableFuture<?> answer) {
      this.answer = answer;
    }
  }

  LandmarkFinder(
      ServingModels models,
      PreparationPool pool,
      Batcher batcher,
      Admission admission,
      PictureReader reader,
      FaceDetector detector,
      DetectorSettings detectorSettings,
      FaceScore scores,
      HeadPoseEstimator poses,
      TrackingSettings trackingSettings,
      PixelBudget budget,
      CropBuffers buffers,
      AnswerWitness witness,
      InferenceMetrics metrics) {
    this.models = models;
    this.pool = pool;
    this.batcher = batcher;
    this.admission = admission;
    this.tools =
        new Finding.Tools(
            models,
            pool,
            batcher,
            reader,
            detector,
            detectorSettings.secondPass(),
            scores,
            poses,
            trackingSettings.minScore(),
            budget,
            buffers,
            witness,
            metrics);
  }

  /**
   * Whether a question asked now would be answered soon, and would be no more than the asker's
   * share of the service. Who can wait with the next one should, where it would not.
   *
   * @param own questions of the asker that are open
   * @param askers how many such askers have questions open
   */
  public boolean hasRoom(int own, int askers) {
    return admission.hasRoom(own, askers);
  }

  /**
   * Refuses where a question asked now would not be answered soon: for callers who would rather ask
   * another service than wait.
   *
   * @throws QueueFullException too much is open already
   */
  public void requireRoom() {
    admission.requireRoom();
  }

  /**
   * Begins to find a picture's landmarks.
   *
   * @param caller asked before each costly step; once it is gone the work is dropped
   * @return the answer, or one of: {@link FaultException}, {@link QueueFullException}, {@link
   *     java.util.concurrent.CancellationException} when the caller was gone, any other for a
   *     defect. Completed by a thread of the pool, which others wait for: what depends on it must
   *     be brief.
   */
  public CompletableFuture<LandmarkAnswer> find(LandmarkQuery query, Caller caller) {
    Finding finding = new Finding(tools, query, caller);
    return takeIn(finding.answer(), query.picture().sizeBytes(), finding::begin);
  }

  /**
   * Begins to find the labels of faces that the caller has cropped itself.
   *
   * @param caller as for {@link #find}
   * @return the answer; fails and is completed as that of {@link #find}
   */
  public CompletableFuture<LabelAnswer> label(CropQuery query, Caller caller) {
    CropRun run = new CropRun(tools, query, caller);
    return takeIn(run.answer(), query.sizeBytes(), run::begin);
  }

  private <A> CompletableFuture<A> takeIn(CompletableFuture<A> answer, long bytes, Runnable begin) {
    Owed owed = new Owed(answer);
    open.add(owed);
    admission.began();
    CompletableFuture<?> unused =
        answer.whenComplete(
            (answered, failure) -> {
              admission.ended(failure == null);
              ended(owed);
            });
    try {
      if (closed) {
        throw shuttingDown();
      }
      batcher.requireRoom(1);
      pool.arrive(bytes, begin);
    } catch (FaultException | QueueFullException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }

  /** Questions that are not answered yet. */
  public int open() {
    return open.size();
  }

  /**
   * Waits until every question is answered.
   *
   * @return whether they were in time
   */
  public boolean awaitQuiet(Duration timeout) throws InterruptedException {
    long remaining = timeout.toNanos();
    lock.lock();
    try {
      while (!open.isEmpty()) {
        if (remaining <= 0) {
          return false;
        }
        remaining = quiet.awaitNanos(remaining);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes nothing in any more; whatever is still open fails. To be drained before, see {@link
   * #awaitQuiet}.
   */
  @Override
  @PreDestroy
  public void close() {
    closed = true;
    // In the order in which work flows, so that nobody hands on to one who is gone.
    pool.close();
    batcher.close();
    List.copyOf(open).forEach(owed -> owed.answer.completeExceptionally(shuttingDown()));
    models.close();
  }

  private void ended(Owed owed) {
    lock.lock();
    try {
      open.remove(owed);
      if (open.isEmpty()) {
        quiet.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private static FaultException shuttingDown() {
    return FaultException.of(
        FaultKind.UNAVAILABLE, "SHUTTING_DOWN", "the service is shutting down; ask another");
  }
}
