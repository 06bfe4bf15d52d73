package dev.facealign.inference.batch;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.network.LandmarkNetwork;
import dev.facealign.inference.network.NetworkAnswer;
import dev.facealign.inference.network.NetworkSettings;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the faces of all callers together to batches and runs them on threads of its own, a batch
 * on each at a time.
 *
 * <p>A free thread takes what is there at once and waits for nobody (unless it is set to), so that
 * a lone face is not delayed; batches form by themselves out of what arrives while runs are on.
 * What waits is shared out evenly between the threads rather than left to the first. A batch holds
 * faces of one network, the one at the head of the queue; faces of other networks keep their
 * places.
 *
 * <p>INVARIANT: every task that was taken in is told its outcome exactly once.
 */
@Singleton
public final class Batcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Batcher.class);

  /** Weight of the newest batch in the running mean of the time a face takes. */
  private static final double NEWEST_WEIGHT = 0.1;

  private static final double FIRST_GUESS_NANOS_PER_FACE = 1e6;
  private static final long SHORTEST_RETRY_MS = 10;

  private final BatchSettings settings;
  private final InferenceMetrics metrics;
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock.
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private boolean closed;
  private int running;
  private double nanosPerFace = FIRST_GUESS_NANOS_PER_FACE;

  private record Waiting(FaceTask task, long sinceNanos) {}

  public Batcher(
      BatchSettings settings, NetworkSettings networkSettings, InferenceMetrics metrics) {
    this.settings = settings;
    this.metrics = metrics;
    metrics.watchQueue("batch", this::waiting);
    for (int i = 1; i <= settings.actualRuns(networkSettings.threads()); i++) {
      Thread thread = new Thread(this::runUntilClosed, "batcher-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /**
   * Takes faces in, all or none.
   *
   * @param tasks faces of one picture
   * @throws QueueFullException there is no room for all of them
   * @throws FaultException UNAVAILABLE (reason SHUTTING_DOWN)
   */
  public void submit(List<FaceTask> tasks) {
    lock.lock();
    try {
      requireOpen();
      if (queue.size() + tasks.size() > settings.queueCapacity()) {
        throw new QueueFullException(
            "batch queue", queue.size(), settings.queueCapacity(), tasks.size(), untilRoom());
      }
      long now = System.nanoTime();
      tasks.forEach(task -> queue.addLast(new Waiting(task, now)));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes faces in for another run, ahead of all others. There is always room: they had their place
   * in the queue before, and nothing comes between their runs, so that no more can be waiting than
   * were in the queue.
   *
   * @throws FaultException UNAVAILABLE (reason SHUTTING_DOWN)
   */
  public void submitAgain(List<FaceTask> tasks) {
    lock.lock();
    try {
      requireOpen();
      long now = System.nanoTime();
      for (int i = tasks.size() - 1; i >= 0; i--) {
        queue.addFirst(new Waiting(tasks.get(i), now));
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether no face is being run, and none waits. */
  public boolean isIdle() {
    lock.lock();
    try {
      return queue.isEmpty() && running == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Faces waiting for a run. */
  public int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refuses early when there is no room, before a picture is decoded or cropped for nothing.
   *
   * @throws QueueFullException there is no room for so many
   */
  public void requireRoom(int faces) {
    lock.lock();
    try {
      if (queue.size() + faces > settings.queueCapacity()) {
        throw new QueueFullException(
            "batch queue", queue.size(), settings.queueCapacity(), faces, untilRoom());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing in any more; the batch that is running ends, and all that wait fail. */
  @Override
  @PreDestroy
  public void close() {
    List<Waiting> left;
    lock.lock();
    try {
      closed = true;
      left = List.copyOf(queue);
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    left.forEach(waiting -> tell(waiting, listener -> listener.failed(shuttingDown())));
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void runUntilClosed() {
    List<Waiting> gone = new ArrayList<>();
    List<Waiting> batch = new ArrayList<>(settings.maxSize());
    while (take(batch, gone)) {
      gone.forEach(waiting -> tell(waiting, FaceTask.Listener::dropped));
      gone.clear();
      if (!batch.isEmpty()) {
        run(batch);
        batch.clear();
      }
      ran();
    }
  }

  private void ran() {
    lock.lock();
    try {
      running--;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for tasks and takes the next batch out of the queue. False: closed. */
  private boolean take(List<Waiting> batch, List<Waiting> gone) {
    lock.lock();
    try {
      if (!awaitBatch()) {
        return false;
      }
      int most = most();
      LandmarkNetwork network = null;
      Iterator<Waiting> waiting = queue.iterator();
      while (waiting.hasNext() && batch.size() < most) {
        Waiting next = waiting.next();
        if (isGone(next)) {
          gone.add(next);
          waiting.remove();
          continue;
        }
        if (network == null) {
          network = next.task().network();
        }
        if (next.task().network() == network) {
          batch.add(next);
          waiting.remove();
        }
      }
      running++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for faces, and for more of them where that is set. False: closed. */
  private boolean awaitBatch() {
    long left = nanosToWait();
    while (left > 0) {
      if (closed) {
        return false;
      }
      try {
        long unused = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        log.debug("interrupted while waiting for faces; nobody has a reason to", e);
      }
      left = nanosToWait();
    }
    return true;
  }

  /** Faces that the next run takes. */
  private int most() {
    int share = (queue.size() + threads.size() - 1) / threads.size();
    double nanosOfARun = nanosPerFace * threads.size();
    int inTime = (int) Math.max(1, settings.maxRun().toNanos() / nanosOfARun);
    return Math.min(settings.maxSize(), Math.min(share, inTime));
  }

  /** How long no run begins; without faces until some come. */
  private long nanosToWait() {
    Waiting first = queue.peekFirst();
    if (first == null) {
      return Long.MAX_VALUE;
    }
    if (queue.size() >= settings.maxSize()) {
      return 0;
    }
    return first.sinceNanos() + settings.maxWait().toNanos() - System.nanoTime();
  }

  private static boolean isGone(Waiting waiting) {
    return waiting.task().caller().isGone();
  }

  private void run(List<Waiting> batch) {
    long began = System.nanoTime();
    List<NetworkAnswer> answers;
    try {
      answers = batch.get(0).task().network().run(crops(batch));
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      if (batch.size() == 1) {
        fail(batch.get(0), e);
      } else {
        // One face can spoil the run of all: each gets a run of its own.
        log.warn("batch failed, running its faces one by one size={}", batch.size(), e);
        batch.forEach(waiting -> run(List.of(waiting)));
      }
      return;
    }
    long ran = System.nanoTime() - began;
    metrics.batchRan(batch.size());
    learn((double) ran / batch.size() / threads.size());
    for (int i = 0; i < batch.size(); i++) {
      Waiting waiting = batch.get(i);
      NetworkAnswer answer = answers.get(i);
      float[] labels = answer.labels();
      int bad = firstNotFinite(labels);
      if (bad >= 0) {
        FaultException fault = notFinite(labels[bad], bad);
        tell(waiting, listener -> listener.failed(fault));
      } else {
        tell(waiting, listener -> listener.completed(answer, began - waiting.sinceNanos(), ran));
      }
    }
  }

  /** All threads being busy, a face takes its share of a run's time, divided by the threads. */
  private void learn(double nanos) {
    lock.lock();
    try {
      nanosPerFace += NEWEST_WEIGHT * (nanos - nanosPerFace);
    } finally {
      lock.unlock();
    }
  }

  private static List<float[]> crops(List<Waiting> batch) {
    return batch.stream().map(waiting -> waiting.task().crop()).toList();
  }

  private void fail(Waiting waiting, Throwable e) {
    RuntimeException failure =
        e instanceof RuntimeException runtime
            ? runtime
            : new IllegalStateException("running a face failed", e);
    tell(waiting, listener -> listener.failed(failure));
  }

  private static void tell(Waiting waiting, Consumer<FaceTask.Listener> outcome) {
    try {
      outcome.accept(waiting.task().listener());
    } catch (RuntimeException e) {
      // The batcher serves everybody: nobody's listener may end it.
      log.error("a listener failed", e);
    }
  }

  private static int firstNotFinite(float[] labels) {
    for (int i = 0; i < labels.length; i++) {
      if (!Float.isFinite(labels[i])) {
        return i;
      }
    }
    return -1;
  }

  /** With the lock. */
  private Duration untilRoom() {
    // Half the queue, so that not all who were refused come back at the same moment to a queue with
    // one free place.
    double millis = settings.queueCapacity() / 2.0 * nanosPerFace / 1e6;
    return Duration.ofMillis(Math.max(SHORTEST_RETRY_MS, (long) millis));
  }

  private void requireOpen() {
    if (closed) {
      throw shuttingDown();
    }
  }

  private static FaultException shuttingDown() {
    return FaultException.of(
        FaultKind.UNAVAILABLE, "SHUTTING_DOWN", "the service is shutting down; ask another");
  }

  private static FaultException notFinite(float value, int index) {
    return FaultException.of(
        FaultKind.DATA_LOSS,
        "OUTPUT_NOT_FINITE",
        "model output: " + value + " at " + index + " (expected: finite labels for this face)");
  }
}
