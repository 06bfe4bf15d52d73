package dev.facealign.inference.model;

import dev.facealign.fault.FaultException;
import dev.facealign.v1.ModelRecord;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The registry of models as far as it is known, and who wants to know of its changes. Records come
 * from {@link RegistryTopic}.
 */
@Singleton
public final class ModelRegistry {
  private volatile RegistryState state = RegistryState.empty();
  // Guarded by this; changes are told in order under the same lock.
  private final List<Consumer<RegistryChange>> listeners = new ArrayList<>();

  /** What is known now. */
  public RegistryState state() {
    return state;
  }

  /**
   * Tells the state as it is, then every change in order; nothing is left out or told twice in
   * between.
   *
   * @param first called at once, on this thread
   * @param listener called by the thread that takes records in; must be brief and must not throw
   */
  public synchronized Subscription subscribe(
      Consumer<RegistryState> first, Consumer<RegistryChange> listener) {
    first.accept(state);
    listeners.add(listener);
    return () -> {
      synchronized (this) {
        listeners.remove(listener);
      }
    };
  }

  /** A listener's standing order. */
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    /** No change is told after this. */
    @Override
    void close();
  }

  /**
   * Takes a record in. One that changes nothing, because it comes a second time, is not told.
   *
   * @param record null: the key was deleted
   * @throws FaultException INVALID_ARGUMENT: the record is not what its key says; nothing changes
   */
  synchronized void takeIn(String key, @Nullable ModelRecord record) {
    RegistryState before = state;
    RegistryState after = before.with(key, record);
    if (after.records().equals(before.records())) {
      return;
    }
    state = after;
    RegistryChange change = new RegistryChange(key, record, before, after);
    List.copyOf(listeners).forEach(listener -> listener.accept(change));
  }
}
