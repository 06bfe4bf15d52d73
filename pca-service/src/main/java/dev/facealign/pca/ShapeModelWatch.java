package dev.facealign.pca;

import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.v1.ShapeModelSummary;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One caller of WatchShapeModels: what is known, then what is added, at the caller's own pace. It
 * keeps a place in the common list and nothing else, so a caller that reads slowly costs nothing.
 */
final class ShapeModelWatch {

  private final KnownShapeModels known;
  private final ServerStream<ShapeModelSummary> stream;
  private final Runnable listener = this::pump;
  private final ReentrantLock lock = new ReentrantLock();
  private int next; // guarded by lock

  ShapeModelWatch(KnownShapeModels known, ServerStream<ShapeModelSummary> stream) {
    this.known = known;
    this.stream = stream;
  }

  void start() {
    stream.onRoom(this::pump);
    known.onAddition(listener);
    pump();
  }

  void stop() {
    known.removeListener(listener);
  }

  private void pump() {
    lock.lock();
    try {
      Optional<ShapeModelSummary> summary = known.at(next);
      while (summary.isPresent() && stream.offer(summary.get())) {
        next++;
        summary = known.at(next);
      }
    } finally {
      lock.unlock();
    }
  }
}
