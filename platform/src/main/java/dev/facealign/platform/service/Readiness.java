package dev.facealign.platform.service;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the service can serve: all named conditions are met and it is not stopping. A condition
 * begins unmet; whoever needs it says when it is met. Changes are logged.
 *
 * <p>A service that has no condition of its own is ready as soon as its server listens.
 */
@Singleton
public final class Readiness {

  private static final Logger log = LoggerFactory.getLogger(Readiness.class);
  private static final String SERVER = "server";

  /** Called after a change, one call at a time. */
  @FunctionalInterface
  public interface Listener {
    void changed(boolean ready);
  }

  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Map<String, String> unmet = new TreeMap<>();
  private boolean stopping;
  private boolean announced;

  public Readiness() {
    unmet.put(SERVER, "not listening yet");
  }

  /** One thing the service needs. Thread-safe. */
  public final class Condition {
    private final String name;

    private Condition(String name) {
      this.name = name;
    }

    /** It is there. */
    public void met() {
      set(name, null);
    }

    /** It is missing. */
    public void unmet(String why) {
      set(name, why);
    }
  }

  /** Adds a condition, which is unmet for now. */
  public Condition condition(String name) {
    Condition condition = new Condition(name);
    condition.unmet("not met yet");
    return condition;
  }

  /** Whether the service can serve. */
  public boolean ready() {
    lock.lock();
    try {
      return isReady();
    } finally {
      lock.unlock();
    }
  }

  /** Conditions that are not met, with what is missing. */
  public Map<String, String> unmet() {
    lock.lock();
    try {
      Map<String, String> copy = new TreeMap<>(unmet);
      if (stopping) {
        copy.put(SERVER, "stopping");
      }
      return copy;
    } finally {
      lock.unlock();
    }
  }

  /** Tells the listener how it is now, then of every change. */
  public void onChange(Listener listener) {
    lock.lock();
    try {
      listeners.add(listener);
      listener.changed(isReady());
    } finally {
      lock.unlock();
    }
  }

  /** The server listens. */
  public void serverStarted() {
    set(SERVER, null);
  }

  /** The service is stopping, for good. */
  public void stopping() {
    lock.lock();
    try {
      stopping = true;
      announce();
    } finally {
      lock.unlock();
    }
  }

  private void set(String name, @Nullable String missing) {
    lock.lock();
    try {
      if (missing == null) {
        unmet.remove(name);
      } else {
        unmet.put(name, missing);
      }
      announce();
    } finally {
      lock.unlock();
    }
  }

  private boolean isReady() {
    return unmet.isEmpty() && !stopping;
  }

  private void announce() {
    boolean ready = isReady();
    if (ready == announced) {
      return;
    }
    announced = ready;
    log.info("readiness changed ready={} unmet={}", ready, stopping ? "stopping" : unmet);
    for (Listener listener : listeners) {
      listener.changed(ready);
    }
  }
}
