package dev.facealign.trainer.queue;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Two queues, of which the urgent one is taken from first.
 *
 * <p>Only one is waited at: a job that the other got meanwhile would have to be given back. So the
 * urgent queue is asked when a job is known to wait there, and now and then without that, for what
 * lies there and is no job.
 */
public final class UrgentFirst implements JobQueue {
  private static final Duration LOOK = Duration.ofMillis(400);
  private static final Duration WAIT = Duration.ofMillis(250);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  private final JobQueue urgent;
  private final JobQueue normal;
  private final BooleanSupplier urgentWaits;
  private long lastLook = System.nanoTime();

  /**
   * @param urgent taken from first
   * @param normal taken from where there is no urgent one
   * @param urgentWaits whether a job is known to wait in the urgent queue
   */
  public UrgentFirst(JobQueue urgent, JobQueue normal, BooleanSupplier urgentWaits) {
    this.urgent = urgent;
    this.normal = normal;
    this.urgentWaits = urgentWaits;
  }

  @Override
  public Optional<JobDelivery> take(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      if (urgentWaits.getAsBoolean() || System.nanoTime() - lastLook > BETWEEN_LOOKS.toNanos()) {
        Optional<JobDelivery> first = urgent.take(LOOK);
        lastLook = System.nanoTime();
        if (first.isPresent()) {
          return first;
        }
      }
      // Also where the urgent job did not come: another worker may have it in hand.
      Optional<JobDelivery> next = normal.take(WAIT);
      if (next.isPresent() || System.nanoTime() > deadline) {
        return next;
      }
    }
  }

  @Override
  public void close() {
    urgent.close();
    normal.close();
  }
}
