package dev.facealign.trainer.job;

import com.google.protobuf.util.Timestamps;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All jobs, as the job topic and the event log tell them. Thread-safe; one writer a topic, any
 * number of readers.
 *
 * <p>INVARIANT: a watcher is told each event of its job once, in log order: those so far when it
 * begins to watch, then each as it is recorded.
 */
public final class JobLedger {
  private final Map<String, JobRecord> jobs = new ConcurrentHashMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final Object order = new Object();

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

  /** A job was seen on the job topic. */
  public void sent(String jobId, TrainingJob job, Instant at) {
    synchronized (order) {
      jobs.merge(jobId, JobRecord.firstSeen(jobId, job, at), (known, first) -> known.sentAs(job));
    }
  }

  /** An event was seen on the event log. */
  public void record(TrainingEvent event) {
    Instant at = Instant.ofEpochMilli(Timestamps.toMillis(event.getAt()));
    synchronized (order) {
      JobRecord before =
          jobs.getOrDefault(event.getJobId(), JobRecord.firstSeen(event.getJobId(), null, at));
      if (before.state() instanceof JobState.Terminal) {
        return;
      }
      JobRecord after = before.after(event);
      jobs.put(event.getJobId(), after);
      for (Watcher watcher : watchers) {
        if (watcher.jobId.equals(event.getJobId())) {
          watcher.listener.onEvent(after, event);
        }
      }
    }
  }

  /** A job, or empty where none was ever seen. */
  public Optional<JobRecord> find(String jobId) {
    return Optional.ofNullable(jobs.get(jobId));
  }

  /** All jobs, newest first. */
  public List<JobRecord> all() {
    List<JobRecord> all = new ArrayList<>(jobs.values());
    all.sort(Comparator.comparing(JobRecord::queuedAt).reversed().thenComparing(JobRecord::jobId));
    return all;
  }

  /** Tells the listener a job's events so far, then each new one until the watch is closed. */
  public Watch watch(String jobId, EventListener listener) {
    Watcher watcher = new Watcher(jobId, listener);
    synchronized (order) {
      JobRecord known = jobs.get(jobId);
      if (known != null) {
        for (TrainingEvent event : known.events()) {
          listener.onEvent(known, event);
        }
      }
      watchers.add(watcher);
    }
    return () -> watchers.remove(watcher);
  }

  private record Watcher(String jobId, EventListener listener) {}
}
