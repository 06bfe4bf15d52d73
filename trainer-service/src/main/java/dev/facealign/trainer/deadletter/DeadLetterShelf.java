package dev.facealign.trainer.deadletter;

import com.google.protobuf.util.Timestamps;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.v1.TrainingDeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest dead letters. A letter may come twice; the first of each place counts. Thread-safe.
 *
 * <p>INVARIANT: there are at most so many letters, of so many bytes together, or a single one. What
 * came first is forgotten first; it stays on the topic.
 */
final class DeadLetterShelf {
  private final int mostLetters;
  private final long mostBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();

  // Guarded by lock; in the order they came.
  private final Map<RecordPlace, TrainingDeadLetter> letters = new LinkedHashMap<>();
  private long bytes;

  DeadLetterShelf(int mostLetters, long mostBytes) {
    this.mostLetters = mostLetters;
    this.mostBytes = mostBytes;
  }

  /** Where a letter's original lies. */
  static RecordPlace place(TrainingDeadLetter letter) {
    return new RecordPlace(letter.getTopic(), letter.getPartition(), letter.getOffset());
  }

  void add(TrainingDeadLetter letter) {
    lock.lock();
    try {
      if (letters.putIfAbsent(place(letter), letter) != null) {
        return;
      }
      bytes += letter.getSerializedSize();
      Iterator<TrainingDeadLetter> oldest = letters.values().iterator();
      while (letters.size() > 1 && (letters.size() > mostLetters || bytes > mostBytes)) {
        bytes -= oldest.next().getSerializedSize();
        oldest.remove();
      }
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** All, newest first. */
  List<TrainingDeadLetter> newestFirst() {
    List<TrainingDeadLetter> all;
    lock.lock();
    try {
      all = new ArrayList<>(letters.values());
    } finally {
      lock.unlock();
    }
    Collections.reverse(all);
    // Stable, so that letters of one moment stay in the order they came.
    all.sort(Comparator.comparingLong(DeadLetterShelf::timeMillis).reversed());
    return all;
  }

  private static long timeMillis(TrainingDeadLetter letter) {
    return Timestamps.isValid(letter.getAt())
        ? Timestamps.toMillis(letter.getAt())
        : Long.MIN_VALUE;
  }

  /** The newest letter of a job. */
  Optional<TrainingDeadLetter> newestOf(String jobId) {
    return newestFirst().stream().filter(letter -> letter.getJobId().equals(jobId)).findFirst();
  }

  /** The newest letter of a job, waited for; empty where none comes in time. */
  Optional<TrainingDeadLetter> await(String jobId, Duration patience) throws InterruptedException {
    long remaining = patience.toNanos();
    lock.lock();
    try {
      Optional<TrainingDeadLetter> found = newestOf(jobId);
      while (found.isEmpty() && remaining > 0) {
        remaining = added.awaitNanos(remaining);
        found = newestOf(jobId);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }
}
