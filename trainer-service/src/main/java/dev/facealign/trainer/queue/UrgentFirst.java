package dev.facealign.trainer.queue;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two queues, of which the urgent one is taken from first. Used by one thread.
 *
 * <p>INVARIANT: of the two only the one that gave the job is open while the worker has one. An open
 * queue that is not asked may lock a job all the same (see {@link ShareGroupJobQueue}), and that
 * job would wait for its lock to run out and lose a delivery.
 */
public final class UrgentFirst implements JobQueue {
  private static final Duration LOOK = Duration.ofMillis(250);

  /** Longer than a new member of a share group waits for its partitions. */
  private static final Duration INSIST = Duration.ofSeconds(8);

  private static final Duration INSIST_AGAIN = Duration.ofMinutes(1);

  private final Supplier<JobQueue> openUrgent;
  private final Supplier<JobQueue> openNormal;
  private final Supplier<Urgency> urgency;
  private @Nullable JobQueue urgent;

  /** When an urgent job was last waited for and did not come; 0: never. */
  private long inVain;

  private @Nullable JobQueue normal;

  /** What is known of the urgent queue. */
  public enum Urgency {
    /** Nothing is in it. */
    NONE,
    /** Jobs that other workers have, as far as is known; a worker may have died. */
    IN_HAND,
    /** A job waits in it. */
    WAITS
  }

  /**
   * @param openUrgent opens the queue that is taken from first
   * @param openNormal opens the queue that is taken from where there is no urgent job
   * @param urgency what is known of the urgent queue
   */
  public UrgentFirst(
      Supplier<JobQueue> openUrgent, Supplier<JobQueue> openNormal, Supplier<Urgency> urgency) {
    this.openUrgent = openUrgent;
    this.openNormal = openNormal;
    this.urgency = urgency;
  }

  @Override
  public Optional<JobDelivery> take(Duration patience) throws InterruptedException {
    long began = System.nanoTime();
    while (true) {
      Urgency known = urgency.get();
      if (known == Urgency.NONE) {
        closeUrgent();
      } else {
        Optional<JobDelivery> first = urgent().take(LOOK);
        if (first.isPresent()) {
          closeNormal();
          return first;
        }
      }
      long waited = System.nanoTime() - began;
      // Not for ever: a job that is known to wait may be in another worker's hands already.
      if (known != Urgency.WAITS || waited > INSIST.toNanos() || insistedInVain()) {
        if (known == Urgency.WAITS && !insistedInVain()) {
          inVain = System.nanoTime();
        }
        Optional<JobDelivery> next = normal().take(LOOK);
        if (next.isPresent()) {
          closeUrgent();
          return next;
        }
        if (waited > patience.toNanos()) {
          return Optional.empty();
        }
      }
    }
  }

  private boolean insistedInVain() {
    return inVain != 0 && System.nanoTime() - inVain < INSIST_AGAIN.toNanos();
  }

  private JobQueue urgent() {
    JobQueue open = urgent == null ? openUrgent.get() : urgent;
    urgent = open;
    return open;
  }

  private JobQueue normal() {
    JobQueue open = normal == null ? openNormal.get() : normal;
    normal = open;
    return open;
  }

  private void closeUrgent() {
    if (urgent != null) {
      urgent.close();
      urgent = null;
    }
  }

  private void closeNormal() {
    if (normal != null) {
      normal.close();
      normal = null;
    }
  }

  /** To be called once {@link #take} is called no more. */
  @Override
  public void close() {
    closeUrgent();
    closeNormal();
  }
}
