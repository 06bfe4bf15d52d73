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
 * <p>While the service is busy, answers leave it one each so many microseconds; a newcomer waits
 * that long for each question that is open before it (Little's law). The interval is learnt from
 * the answers themselves, whatever part of the way is the narrow one.
 */
@Singleton
final class Admission {
  /** Weight of the newest interval in the running mean. */
  private static final double NEWEST_WEIGHT = 1.0 / 32;

  /** One pause of the whole process must not look like a slow service from then on. */
  private static final double MOST_AT_ONCE = 4;

  private static final double FIRST_GUESS_NANOS = 2e6;

  private final long maxWaitNanos;
  // With fewer open questions a processor may be idle: intervals say nothing, and nobody waits.
  private final int busy;
  private final LongSupplier clock;

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private int open;
  private double nanosPerAnswer = FIRST_GUESS_NANOS;
  private long lastAnswerNanos;
  private boolean busySinceLastAnswer;

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
      if (worked) {
        long now = clock.getAsLong();
        if (busySinceLastAnswer && open >= busy) {
          double interval =
              Math.min((double) (now - lastAnswerNanos), MOST_AT_ONCE * nanosPerAnswer);
          nanosPerAnswer += NEWEST_WEIGHT * (interval - nanosPerAnswer);
        }
        lastAnswerNanos = now;
        busySinceLastAnswer = true;
      }
      open--;
      busySinceLastAnswer &= open >= busy - 1;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a newcomer would not wait too long. */
  boolean hasRoom() {
    lock.lock();
    try {
      return open < busy || expectedWaitNanos() <= maxWaitNanos;
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
        int most = (int) (maxWaitNanos / nanosPerAnswer);
        throw new QueueFullException(
            "open questions", open, most, 1, Duration.ofNanos((long) Math.max(1e6, wait)));
      }
    } finally {
      lock.unlock();
    }
  }

  private double expectedWaitNanos() {
    return open * nanosPerAnswer;
  }
}
