package dev.facealign.evaluation.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;

/** Tells work that nobody waits for it any more. */
public final class Cancellation {

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final List<Runnable> listeners = new ArrayList<>();
  private boolean cancelled;

  /** Nobody waits any more. */
  public void cancel() {
    List<Runnable> told;
    lock.lock();
    try {
      cancelled = true;
      told = List.copyOf(listeners);
      listeners.clear();
    } finally {
      lock.unlock();
    }
    told.forEach(Runnable::run);
  }

  boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the work.
   *
   * @throws CancellationException where nobody waits
   */
  public void check() {
    if (isCancelled()) {
      throw new CancellationException("the caller is gone");
    }
  }

  /** Calls the listener once, when nobody waits any more; at once where that is so. */
  void onCancel(Runnable listener) {
    lock.lock();
    try {
      if (!cancelled) {
        listeners.add(listener);
        return;
      }
    } finally {
      lock.unlock();
    }
    listener.run();
  }
}
