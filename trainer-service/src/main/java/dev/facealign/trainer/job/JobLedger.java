package dev.facealign.trainer.job;

import com.google.protobuf.util.Timestamps;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * All jobs, as the job topics and the event log tell them. Thread-safe; any number of writers and
 * readers.
 *
 * <p>INVARIANT: a watcher is told each event of its job once, in log order: those so far when it
 * begins to watch, then each as it is recorded. Of jobs that ended long ago the course is thinned
 * out: their checkpoints and all but their last epoch are forgotten.
 */
public final class JobLedger {

  /** Ended jobs whose whole course is kept: some 60 KB each at 150 epochs. */
  private static final int WHOLE_COURSES = 1000;

  private final Map<String, JobRecord> jobs = new ConcurrentHashMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final Object order = new Object();

  // Guarded by order.
  private final Map<String, List<TrainingEvent>> courses = new HashMap<>();
  private final Deque<String> ended = new ArrayDeque<>();

  /** Is told a job's record and the event that made it so. */
  @FunctionalInterface
  public interface EventListener {
    /** Called in log order, on the thread that records; must not block. */
    void onEvent(JobRecord after, TrainingEvent event);
  }

  /** Ends watching when closed. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * A record was seen on a job topic.
   *
   * @param job null where it cannot be read or is to be refused
   */
  public void sent(String jobId, @Nullable TrainingJob job, RecordPlace place, Instant at) {
    synchronized (order) {
      jobs.merge(
          jobId,
          JobRecord.firstSeen(jobId, job, place, at),
          (known, first) -> known.sentAs(job, place));
    }
  }

  /** An event was seen on the event log. */
  public void record(TrainingEvent event) {
    Instant at = Instant.ofEpochMilli(Timestamps.toMillis(event.getAt()));
    String jobId = event.getJobId();
    synchronized (order) {
      JobRecord before = jobs.getOrDefault(jobId, JobRecord.firstSeen(jobId, null, null, at));
      if (before.state() instanceof JobState.Terminal) {
        return;
      }
      JobRecord after = before.after(event);
      jobs.put(jobId, after);
      courses.computeIfAbsent(jobId, id -> new ArrayList<>()).add(event);
      for (Watcher watcher : watchers) {
        if (watcher.jobId.equals(jobId)) {
          watcher.listener.onEvent(after, event);
        }
      }
      if (after.state() instanceof JobState.Terminal) {
        ended.add(jobId);
        if (ended.size() > WHOLE_COURSES) {
          thinOut(ended.remove());
        }
      }
    }
  }

  private void thinOut(String jobId) {
    List<TrainingEvent> course = courses.getOrDefault(jobId, List.of());
    List<TrainingEvent> kept = new ArrayList<>();
    boolean hasEpoch = false;
    for (int i = course.size() - 1; i >= 0; i--) {
      TrainingEvent event = course.get(i);
      if (!event.hasCheckpoint() && !(event.hasEpoch() && hasEpoch)) {
        kept.add(0, event);
        hasEpoch |= event.hasEpoch();
      }
    }
    courses.put(jobId, kept);
  }

  /** A job, or empty where none was ever seen. */
  public Optional<JobRecord> find(String jobId) {
    return Optional.ofNullable(jobs.get(jobId));
  }

  /** A job; where none was ever seen, one of which nothing is known. */
  public JobRecord get(String jobId) {
    return find(jobId).orElseGet(() -> JobRecord.firstSeen(jobId, null, null, Instant.EPOCH));
  }

  /** All jobs, newest first. */
  public List<JobRecord> all() {
    List<JobRecord> all = new ArrayList<>(jobs.values());
    all.sort(Comparator.comparing(JobRecord::queuedAt).reversed().thenComparing(JobRecord::jobId));
    return all;
  }

  /** States of the jobs that are taken from a topic and have not ended. */
  public List<JobState> open(String topic) {
    return jobs.values().stream()
        .filter(job -> !(job.state() instanceof JobState.Terminal) && job.isIn(topic))
        .map(JobRecord::state)
        .toList();
  }

  /** Jobs in a state. */
  public long count(Class<? extends JobState> state) {
    return jobs.values().stream().filter(job -> state.isInstance(job.state())).count();
  }

  /** A job's events so far, in log order. */
  public List<TrainingEvent> events(String jobId) {
    synchronized (order) {
      return List.copyOf(courses.getOrDefault(jobId, List.of()));
    }
  }

  /** Tells the listener a job's events so far, then each new one until the watch is closed. */
  public Watch watch(String jobId, EventListener listener) {
    Watcher watcher = new Watcher(jobId, listener);
    synchronized (order) {
      JobRecord known = jobs.get(jobId);
      if (known != null) {
        for (TrainingEvent event : events(jobId)) {
          listener.onEvent(known, event);
        }
      }
      watchers.add(watcher);
    }
    return () -> watchers.remove(watcher);
  }

  private record Watcher(String jobId, EventListener listener) {}
}
