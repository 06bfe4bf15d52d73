package dev.facealign.platform.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages on a server stream no faster than its reader takes them, from any thread. At most
 * {@code capacity} messages wait here; gRPC itself keeps about 32 KiB more.
 *
 * <p>To be made in the service method, before it returns. {@link #send} waits for room: it is for
 * threads of the service's own, never for the thread gRPC calls the service method on, which also
 * delivers the news that there is room.
 *
 * @param <T> the stream's message
 */
public final class ServerStream<T> {

  private final ServerCallStreamObserver<T> observer;
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();

  // Guarded by lock.
  private final Queue<T> waiting = new ArrayDeque<>();
  private @Nullable Runnable endHandler;
  private @Nullable Runnable roomHandler;
  private @Nullable Throwable failure;
  private boolean completing;
  private boolean ended;
  private boolean cancelled;

  private ServerStream(ServerCallStreamObserver<T> observer, int capacity) {
    this.observer = observer;
    this.capacity = capacity;
  }

  /**
   * A stream over the observer that gRPC hands to a service method.
   *
   * @param capacity messages that may wait, 1 or more
   */
  public static <T> ServerStream<T> over(StreamObserver<T> observer, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
    }
    ServerStream<T> stream = new ServerStream<>((ServerCallStreamObserver<T>) observer, capacity);
    stream.observer.setOnReadyHandler(stream::ready);
    stream.observer.setOnCancelHandler(stream::cancelled);
    // Without it, a stream that ended in order leaves its handler for cancellation uncalled and its
    // watchers unaware.
    stream.observer.setOnCloseHandler(stream::cancelled);
    return stream;
  }

  /**
   * Sends a message, waiting while there is no room.
   *
   * @return false where the stream has ended, by the caller or by {@link #complete} and {@link
   *     #fail}: stop sending
   */
  public boolean send(T message) throws InterruptedException {
    lock.lock();
    try {
      while (waiting.size() >= capacity && !isEnding()) {
        room.await();
      }
      return offer(message);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends a message if there is room.
   *
   * @return false where there is none or the stream has ended
   */
  public boolean offer(T message) {
    lock.lock();
    try {
      if (isEnding() || waiting.size() >= capacity) {
        return false;
      }
      waiting.add(message);
      drain();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream after the messages that wait. */
  public void complete() {
    lock.lock();
    try {
      completing = true;
      drain();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the stream with an error, at once: messages that wait are dropped. See {@link
   * StatusMapping}.
   */
  public void fail(Throwable thrown) {
    lock.lock();
    try {
      failure = thrown;
      waiting.clear();
      drain();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Calls the handler whenever the reader has taken messages and there is room again: for senders
   * that {@link #offer} from a place of their own. Room at the beginning is not announced.
   */
  public void onRoom(Runnable handler) {
    lock.lock();
    try {
      roomHandler = handler;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the caller is gone, or the stream has ended. */
  public boolean isCancelled() {
    return observer.isCancelled() || hasEnded();
  }

  /**
   * Calls the handler once when the stream has ended, whoever ended it; at once where it has ended.
   */
  public void onEnd(Runnable handler) {
    boolean now;
    lock.lock();
    try {
      now = cancelled;
      endHandler = handler;
    } finally {
      lock.unlock();
    }
    if (now) {
      handler.run();
    }
  }

  private boolean hasEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private boolean isEnding() {
    return ended || completing || failure != null;
  }

  private void cancelled() {
    Runnable handler;
    lock.lock();
    try {
      handler = cancelled ? null : endHandler;
      cancelled = true;
      ended = true;
      waiting.clear();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    if (handler != null) {
      handler.run();
    }
  }

  private void ready() {
    drain();
    Runnable handler;
    lock.lock();
    try {
      handler = isEnding() ? null : roomHandler;
    } finally {
      lock.unlock();
    }
    if (handler != null) {
      handler.run();
    }
  }

  private void drain() {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      Throwable thrown = failure;
      if (thrown != null) {
        ended = true;
        // Mapped here: of an unmapped exception gRPC would take the status of any cause of it.
        observer.onError(StatusMapping.toStatus(thrown));
      } else {
        while (observer.isReady() && !waiting.isEmpty()) {
          observer.onNext(waiting.remove());
        }
        if (completing && waiting.isEmpty()) {
          ended = true;
          observer.onCompleted();
        }
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
