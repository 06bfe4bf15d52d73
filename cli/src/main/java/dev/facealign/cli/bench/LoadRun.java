package dev.facealign.cli.bench;

import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One phase of load. Requests become due by the phase's rule; each is sent as soon as a caller is
 * free, in the order in which they became due.
 */
final class LoadRun implements Callers.Listener {
  /** Due and unsent requests that are remembered; more are counted as unsent. */
  private static final int MOST_WAITING = 1_000_000;

  /** A closed loop's caller waits so long after a failure, or it would do nothing but fail. */
  private static final long AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A service that is away so long is not waited for. */
  private static final Duration GIVE_UP = Duration.ofSeconds(3);

  private final Load load;
  private final List<DetectRequest> requests;
  private final long beganNanos = System.nanoTime();
  private final long fromNanos;
  private final long toNanos;
  private final Tally tally;
  private final Callers callers;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock.
  private final Deque<Long> waiting = new ArrayDeque<>();
  private final Deque<Long> again = new ArrayDeque<>();
  // By identity: two may have been sent in the same nanosecond.
  private final Set<Sent> underWay = Collections.newSetFromMap(new IdentityHashMap<>());
  private long due;
  private int next;
  private boolean sending;
  private boolean sendAgain;
  private long awaySinceNanos;
  private @Nullable Status away;

  private LoadRun(
      Load load, List<DetectRequest> requests, Function<Callers.Listener, Callers> callers) {
    this.load = load;
    this.requests = requests;
    fromNanos = beganNanos + load.warmUp().toNanos();
    toNanos = fromNanos + load.measured().toNanos();
    tally = new Tally(fromNanos, toNanos);
    this.callers = callers.apply(this);
  }

  /**
   * Runs a phase.
   *
   * @param requests sent in turn
   * @param callers makes those who send them
   * @throws ServiceAwayException the service did not answer for some seconds on end
   */
  static PhaseResult run(
      Load load, List<DetectRequest> requests, Function<Callers.Listener, Callers> callers)
      throws InterruptedException {
    LoadRun run = new LoadRun(load, requests, callers);
    try {
      if (load.kind() instanceof Load.Open open) {
        run.comeAndGo(open);
      } else if (load.kind() instanceof Load.Closed closed) {
        run.goRound(closed);
      }
      run.drain();
    } finally {
      run.callers.close();
    }
    return run.tally.result(load);
  }

  private void comeAndGo(Load.Open open) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(load.title().hashCode());
    double gapNanos = 1e9 / open.perSecond();
    double at = 0;
    while (mayGoOn()) {
      at += open.arrivals().gap(random) * gapNanos;
      long dueNanos = beganNanos + (long) at;
      if (dueNanos - toNanos >= 0) {
        return;
      }
      awaitUntil(dueNanos);
      lock.lock();
      try {
        requireService();
        boolean free = waiting.isEmpty();
        offer(dueNanos);
        if (free && waiting.isEmpty()) {
          tally.late(dueNanos, System.nanoTime() - dueNanos);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void goRound(Load.Closed closed) throws InterruptedException {
    lock.lock();
    try {
      for (int i = 0; i < closed.callers() && mayGoOn(); i++) {
        offer(System.nanoTime());
      }
      while (mayGoOn() && System.nanoTime() - toNanos < 0) {
        requireService();
        long now = System.nanoTime();
        Long retry = again.peekFirst();
        if (retry != null && retry - now <= 0) {
          again.removeFirst();
          offer(now);
        } else {
          long until = retry == null ? toNanos : Math.min(retry, toNanos);
          // Wakes now and then to see whether the service is away.
          long unused =
              changed.awaitNanos(Math.min(until - now, TimeUnit.MILLISECONDS.toNanos(100)));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean mayGoOn() {
    lock.lock();
    try {
      return due < load.mostRequests();
    } finally {
      lock.unlock();
    }
  }

  private static void awaitUntil(long nanos) throws InterruptedException {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** A request is due. */
  private void offer(long dueNanos) {
    due++;
    if (waiting.size() < MOST_WAITING) {
      waiting.addLast(dueNanos);
    } else {
      tally.unsent(dueNanos);
    }
    sendWaiting();
  }

  private void sendWaiting() {
    // What is called from here may call back on this thread.
    if (sending) {
      sendAgain = true;
      return;
    }
    sending = true;
    try {
      do {
        sendAgain = false;
        sendWhileFree();
      } while (sendAgain);
    } finally {
      sending = false;
    }
  }

  private void sendWhileFree() {
    for (Long first = waiting.peekFirst(); first != null; first = waiting.peekFirst()) {
      Sent sent = new Sent(first, System.nanoTime());
      waiting.removeFirst();
      // Before it is sent: its failure may be told at once.
      underWay.add(sent);
      if (!callers.trySend(requests.get(next), sent)) {
        underWay.remove(sent);
        waiting.addFirst(first);
        return;
      }
      next = (next + 1) % requests.size();
    }
  }

  private void requireService() {
    Status status = away;
    if (status != null && System.nanoTime() - awaySinceNanos > GIVE_UP.toNanos()) {
      throw new ServiceAwayException(status);
    }
  }

  /** Waits for what was due, and counts what is still open then. */
  private void drain() throws InterruptedException {
    long end = System.nanoTime() + load.drain().toNanos();
    lock.lock();
    try {
      while (!(waiting.isEmpty() && underWay.isEmpty()) && System.nanoTime() - end < 0) {
        requireService();
        long unused = changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
      waiting.forEach(tally::unsent);
      waiting.clear();
      underWay.forEach(tally::unanswered);
      underWay.clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void answered(Sent request, DetectResponse response) {
    long now = System.nanoTime();
    lock.lock();
    try {
      away = null;
      if (underWay.remove(request)) {
        tally.answered(request, now, response);
        settled(response.hasError());
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void failed(Sent request, Status status) {
    long now = System.nanoTime();
    lock.lock();
    try {
      if (status.getCode() != Status.Code.UNAVAILABLE) {
        away = null;
      } else if (away == null) {
        away = status;
        awaySinceNanos = System.nanoTime();
      }
      if (underWay.remove(request)) {
        tally.failed(request, now, status);
        settled(true);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A request has its outcome. In a closed loop its caller makes the next. */
  private void settled(boolean failure) {
    if (load.kind() instanceof Load.Closed
        && due < load.mostRequests()
        && System.nanoTime() - toNanos < 0) {
      if (failure) {
        again.addLast(System.nanoTime() + AFTER_FAILURE_NANOS);
      } else {
        offer(System.nanoTime());
      }
    }
    changed.signalAll();
  }

  @Override
  public void free() {
    lock.lock();
    try {
      sendWaiting();
    } finally {
      lock.unlock();
    }
  }
}
