package dev.facealign.pca;

import com.google.protobuf.util.Timestamps;
import dev.facealign.v1.ShapeModelSummary;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The shape models there are, in the order in which this service came to know of them. Only grows.
 * Thread-safe.
 */
@Singleton
final class KnownShapeModels {

  private static final Comparator<ShapeModelSummary> NEWEST_FIRST =
      Comparator.comparing(ShapeModelSummary::getCreatedAt, Timestamps.comparator())
          .reversed()
          .thenComparing(ShapeModelSummary::getVersion);

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final List<ShapeModelSummary> inOrder = new ArrayList<>();
  private final Set<String> versions = new HashSet<>();

  /** Adds a shape model; one that is known changes nothing. */
  void add(ShapeModelSummary summary) {
    lock.lock();
    try {
      if (!versions.add(summary.getVersion())) {
        return;
      }
      inOrder.add(summary);
    } finally {
      lock.unlock();
    }
    listeners.forEach(Runnable::run);
  }

  boolean contains(String version) {
    lock.lock();
    try {
      return versions.contains(version);
    } finally {
      lock.unlock();
    }
  }

  /** The shape model at a place in the order, from 0; empty where there is none yet. */
  Optional<ShapeModelSummary> at(int place) {
    lock.lock();
    try {
      return place < inOrder.size() ? Optional.of(inOrder.get(place)) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  List<ShapeModelSummary> newestFirst() {
    lock.lock();
    try {
      return inOrder.stream().sorted(NEWEST_FIRST).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Calls the listener after each addition, on the thread that added. */
  void onAddition(Runnable listener) {
    listeners.add(listener);
  }

  void removeListener(Runnable listener) {
    listeners.remove(listener);
  }
}
