package dev.facealign.cli.standalone;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs as child processes: starts them stage by stage, waits until each can be used,
 * starts again what dies later, and stops the last stage first.
 */
final class Supervisor implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(150);

  /**
   * How long things may take.
   *
   * @param start for a stage until all its programs can be used
   * @param stop for a stage until all its programs have ended; then they are killed
   */
  record Bounds(Duration start, Duration stop) {}

  private final List<List<Child>> stages;
  private final SupervisorNews news;
  private final RestartPolicy restartPolicy;
  private final Bounds bounds;
  private final CountDownLatch ended = new CountDownLatch(1);
  // Guards launching against stopping: once stopping is set, nothing is launched any more.
  private final Object launching = new Object();
  private volatile boolean stopping;
  private volatile @Nullable ChildFailure failure;
  private volatile @Nullable Thread watch;

  /**
   * @param stages programs of one stage are started together, after all those of the stage before
   *     can be used
   */
  Supervisor(
      List<List<Program>> stages, SupervisorNews news, RestartPolicy restartPolicy, Bounds bounds) {
    this.stages = stages.stream().map(stage -> stage.stream().map(Child::new).toList()).toList();
    this.news = news;
    this.restartPolicy = restartPolicy;
    this.bounds = bounds;
  }

  /**
   * Starts everything and returns when it can all be used.
   *
   * @throws ChildFailure a child died or was not ready in time; the others still run until {@link
   *     #close}
   */
  void start() throws ChildFailure, InterruptedException {
    for (List<Child> stage : stages) {
      for (Child child : stage) {
        launch(child);
      }
      awaitReady(stage);
    }
    Thread thread = new Thread(this::keepRunning, "supervisor");
    thread.setDaemon(true);
    watch = thread;
    thread.start();
  }

  /** Waits until it is stopped, or until a child died too often. */
  void awaitEnd() throws InterruptedException, ChildFailure {
    ended.await();
    ChildFailure reason = failure;
    if (reason != null) {
      throw reason;
    }
  }

  private void launch(Child child) throws ChildFailure {
    synchronized (launching) {
      if (stopping) {
        return;
      }
      try {
        child.launch(Instant.now());
      } catch (IOException e) {
        ChildFailure cannot =
            new ChildFailure(child.program(), "cannot be started: " + e.getMessage());
        cannot.initCause(e);
        throw cannot;
      }
    }
  }

  private void awaitReady(List<Child> stage) throws ChildFailure, InterruptedException {
    Instant begun = Instant.now();
    List<Child> waiting = new ArrayList<>(stage);
    while (!waiting.isEmpty() && !stopping) {
      requireAlive();
      for (Child child : List.copyOf(waiting)) {
        // Alive afterwards: another program on the same port must not be taken for this child.
        if (child.program().readiness().isReady() && child.isAlive()) {
          child.markRunning();
          waiting.remove(child);
          news.ready(child.name(), Duration.between(begun, Instant.now()));
        }
      }
      Duration since = Duration.between(begun, Instant.now());
      if (!waiting.isEmpty()) {
        if (since.compareTo(bounds.start()) > 0) {
          throw new ChildFailure(
              waiting.get(0).program(),
              "is not ready after " + bounds.start().toSeconds() + " s (expected: health SERVING)");
        }
        news.waiting(waiting.stream().map(Child::name).toList(), since);
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      }
    }
  }

  /** None of the children launched so far has died, those of earlier stages included. */
  private void requireAlive() throws ChildFailure {
    for (List<Child> stage : stages) {
      for (Child child : stage) {
        if (!(child.state() instanceof Child.State.New) && !child.isAlive() && !stopping) {
          throw new ChildFailure(child.program(), "ended with exit code " + child.exitCode());
        }
      }
    }
  }

  private void keepRunning() {
    try {
      while (!stopping) {
        for (List<Child> stage : stages) {
          for (Child child : stage) {
            look(child);
          }
        }
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      }
    } catch (ChildFailure e) {
      failure = e;
      ended.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopping
    }
  }

  private void look(Child child) throws ChildFailure {
    Instant now = Instant.now();
    if (child.state() instanceof Child.State.Waiting waiting) {
      if (!now.isBefore(waiting.until())) {
        List<Instant> restarts = new ArrayList<>(child.restarts());
        restarts.add(now);
        child.restarts(restarts);
        launch(child);
      }
    } else if (!child.isAlive()) {
      planRestart(child, now);
    } else if (child.state() instanceof Child.State.Starting starting
        && child.program().readiness().isReady()) {
      child.markRunning();
      news.back(child.name(), Duration.between(starting.since(), Instant.now()));
    }
  }

  private void planRestart(Child child, Instant now) throws ChildFailure {
    if (stopping) {
      return;
    }
    List<Instant> recent = restartPolicy.recent(child.restarts(), now);
    child.restarts(recent);
    Optional<Duration> delay = restartPolicy.delay(recent);
    if (delay.isEmpty()) {
      throw new ChildFailure(
          child.program(),
          "ended with exit code "
              + child.exitCode()
              + " after "
              + recent.size()
              + " restarts in "
              + restartPolicy.window().toMinutes()
              + " minutes");
    }
    news.restarting(
        child.program(),
        child.exitCode(),
        delay.get(),
        recent.size() + 1,
        restartPolicy.mostRestarts());
    child.markWaiting(now.plus(delay.get()));
  }

  /**
   * Stops everything, the last stage first: SIGTERM, and SIGKILL for what is still there after the
   * bound. Safe to call from another thread and more than once.
   */
  @Override
  public void close() {
    synchronized (launching) {
      stopping = true;
    }
    Thread thread = watch;
    if (thread != null) {
      thread.interrupt();
    }
    try {
      for (int s = stages.size() - 1; s >= 0; s--) {
        stop(stages.get(s));
      }
    } catch (InterruptedException e) {
      stages.forEach(stage -> stage.forEach(Child::terminate));
      Thread.currentThread().interrupt();
    }
    ended.countDown();
  }

  private void stop(List<Child> stage) throws InterruptedException {
    stage.forEach(Child::terminate);
    Instant deadline = Instant.now().plus(bounds.stop());
    for (Child child : stage) {
      if (!child.awaitEnd(Duration.between(Instant.now(), deadline))) {
        child.kill();
        news.killed(child.name(), bounds.stop());
      }
    }
  }
}
