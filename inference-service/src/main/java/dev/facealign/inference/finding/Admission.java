package dev.facealign.inference.finding;

import dev.facealign.inference.batch.QueueFullException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How long a newcomer will wait, and whether that is too long. A bound by number alone is a bound
 * of seconds for a large network and of nothing much for a small one.
 *
 * <p>While the service is busy, an answer leaves it each so many microseconds; a newcomer waits
 * that long for each question that is open before it (Little's law). That time is learnt as busy
 * time over answers, whatever part of the way is the narrow one. It is no mean of the times between
 * answers: they leave in batches, many at once and then none for long.
 */
@Singleton
final class Admission {
  /** Answers that are remembered, the older ones ever less. */
  private static final double MEMORY = 64;

  /**
   * A time in which nothing happens counts for this many answers' at most: more than a batch has,
   * and so few that one pause of the whole process does not look like a slow service afterwards.
   */
  private static final double MOST_AT_ONCE = 32;

  private static final double FIRST_GUESS_NANOS = 2e6;

  private final long maxWaitNanos;
  // With fewer open questions a processor may be idle: such times say nothing, and nobody waits.
  private final int busy;
  private final LongSupplier clock;

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private int open;
  private double answers = MEMORY;
  private double busyNanos = MEMORY * FIRST_GUESS_NANOS;
  private long lastChangeNanos;

  @Inject
  Admission(AdmissionSettings settings) {
    this(settings, 2 * Runtime.getRuntime().availableProcessors(), System::nanoTime);
  }

  /**
   * @param busy open questions with which all processors are busy
   * @param clock nanoseconds
   */
  Admission(AdmissionSettings settings, int busy, LongSupplier clock) {
    this.maxWaitNanos = settings.maxWait().toNanos();
    this.busy = busy;
    this.clock = clock;
  }

  /** A question is open from now on. */
  void began() {
    lock.lock();
    try {
      timePassed();
      open++;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A question is not open any more.
   *
   * @param worked whether that took the work that an answer takes
   */
  void ended(boolean worked) {
    lock.lock();
    try {
      timePassed();
      if (worked && open >= busy) {
        double kept = 1 - 1 / MEMORY;
        answers = answers * kept + 1;
        busyNanos *= kept;
      }
      open--;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether a newcomer would not wait too long, nor would anybody if all who have questions open
   * had as many as its asker.
   *
   * @param own open questions of the asker
   * @param askers how many have questions open
   */
  boolean hasRoom(int own, int askers) {
    lock.lock();
    try {
      double shared = (double) own * askers * nanosPerAnswer();
      return open < busy || Math.max(expectedWaitNanos(), shared) <= maxWaitNanos;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refuses a newcomer who would wait too long.
   *
   * @throws QueueFullException with the time after which it is worth another try
   */
  void requireRoom() {
    lock.lock();
    try {
      double wait = expectedWaitNanos();
      if (open >= busy && wait > maxWaitNanos) {
        int most = (int) (maxWaitNanos / nanosPerAnswer());
        throw new QueueFullException(
            "open questions", open, most, 1, Duration.ofNanos((long) Math.max(1e6, wait)));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Books the time since the last change of what is open. */
  private void timePassed() {
    long now = clock.getAsLong();
    if (open >= busy) {
      busyNanos += Math.min((double) (now - lastChangeNanos), MOST_AT_ONCE * nanosPerAnswer());
    }
    lastChangeNanos = now;
  }

  private double nanosPerAnswer() {
    return busyNanos / answers;
  }

  private double expectedWaitNanos() {
    return open * nanosPerAnswer();
  }
}
