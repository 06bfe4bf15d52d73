package dev.facealign.inference.model;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.metrics.InferenceMetrics.LoadOutcome;
import dev.facealign.platform.kafka.ModelRecordKey;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.ModelManifest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models in memory: the champion, and a few others that were asked for.
 *
 * <p>When the alias "champion" moves, the new version is loaded and proved while the old one goes
 * on serving; then they change places in one step. A version that cannot be loaded never replaces
 * one that serves: it is logged and counted, and tried again later as long as the alias points at
 * it.
 *
 * <p>A model that gives way is closed when the last request that uses it has ended.
 */
@Singleton
public final class ServingModels implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServingModels.class);

  private final ModelRegistry registry;
  private final ModelLoader loader;
  private final ModelSettings settings;
  private final InferenceMetrics metrics;
  // One thread: loads come one after the other, beside the runs that they disturb as it is.
  private final ScheduledThreadPoolExecutor loading;
  private final ModelRegistry.Subscription subscription;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition championChanged = lock.newCondition();
  // Guarded by lock; the least recently used first.
  private final LinkedHashMap<String, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable LoadedModel champion;
  private @Nullable String wantedChampion;
  // Counts the alias's moves, so that what was begun for an earlier one ends.
  private long moves;
  private boolean closed;

  /** A version that is loaded, or being loaded, or could not be. */
  private static final class Slot {
    final CompletableFuture<LoadedModel> load = new CompletableFuture<>();
    // Guarded by the lock.
    long failedNanos;

    boolean hasFailed() {
      return load.isCompletedExceptionally();
    }

    boolean isLoading() {
      return !load.isDone();
    }
  }

  public ServingModels(
      ModelRegistry registry,
      ModelLoader loader,
      ModelSettings settings,
      InferenceMetrics metrics) {
    this.registry = registry;
    this.loader = loader;
    this.settings = settings;
    this.metrics = metrics;
    loading =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "model-loader");
              thread.setDaemon(true);
              return thread;
            });
    loading.setRemoveOnCancelPolicy(true);
    metrics.watchLoadedModels(this::loaded);
    subscription =
        registry.subscribe(
            state -> follow(state.alias(RegistryState.CHAMPION).orElse(null)),
            change -> {
              if (change.key().equals(ModelRecordKey.ofAlias(RegistryState.CHAMPION))) {
                follow(change.after().alias(RegistryState.CHAMPION).orElse(null));
              }
            });
  }

  /**
   * Takes a model into use, loading it where it is not in memory.
   *
   * @param reference an alias, a version, a prefix or a name; empty: "champion". The champion is
   *     the one that serves, which is the alias's version as soon as that is loaded.
   * @return the model's lease; or what {@link RegistryState#resolve} and {@link ModelLoader#load}
   *     throw. Completed at once where the model is in memory, otherwise by the loading thread.
   */
  public CompletableFuture<LoadedModel.Lease> acquire(String reference) {
    if (reference.isEmpty() || reference.equals(RegistryState.CHAMPION)) {
      Optional<LoadedModel.Lease> serving = acquireChampion();
      if (serving.isPresent()) {
        return CompletableFuture.completedFuture(serving.get());
      }
    }
    try {
      return acquire(registry.state().resolve(reference));
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The same for a model of the registry. */
  public CompletableFuture<LoadedModel.Lease> acquire(ModelManifest manifest) {
    CompletableFuture<LoadedModel.Lease> acquired = new CompletableFuture<>();
    acquire(manifest, acquired);
    return acquired;
  }

  private void acquire(ModelManifest manifest, CompletableFuture<LoadedModel.Lease> acquired) {
    Slot slot;
    try {
      slot = slot(manifest);
    } catch (FaultException e) {
      acquired.completeExceptionally(e);
      return;
    }
    CompletableFuture<?> unused =
        slot.load.whenComplete(
            (model, failure) -> {
              if (model == null) {
                acquired.completeExceptionally(failure);
              } else if (model.retain()) {
                acquired.complete(new LoadedModel.Lease(model));
              } else {
                // It gave way between being found and being retained.
                acquire(manifest, acquired);
              }
            });
  }

  /** Version of the champion that serves; empty where none does. */
  public Optional<String> champion() {
    lock.lock();
    try {
      return Optional.ofNullable(champion).map(LoadedModel::version);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a version serves as champion, or the alias points elsewhere.
   *
   * @return whether the version serves
   */
  public boolean awaitChampion(String version, Duration timeout) throws InterruptedException {
    long remaining = timeout.toNanos();
    lock.lock();
    try {
      while (!isChampion(version)) {
        if (remaining <= 0 || closed || !version.equals(wantedChampion)) {
          return false;
        }
        remaining = championChanged.awaitNanos(remaining);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Models in memory. */
  public int loaded() {
    lock.lock();
    try {
      return (int)
          slots.values().stream().filter(slot -> !slot.isLoading() && !slot.hasFailed()).count();
    } finally {
      lock.unlock();
    }
  }

  private Optional<LoadedModel.Lease> acquireChampion() {
    lock.lock();
    try {
      // The champion's slot keeps it open, so that it can always be retained.
      return champion != null && champion.retain()
          ? Optional.of(new LoadedModel.Lease(champion))
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private boolean isChampion(String version) {
    return champion != null && champion.version().equals(version);
  }

  private Slot slot(ModelManifest manifest) {
    String version = manifest.getVersion();
    lock.lock();
    try {
      if (closed) {
        throw FaultException.of(
            FaultKind.UNAVAILABLE, "SHUTTING_DOWN", "the service is shutting down; ask another");
      }
      Slot slot = slots.get(version);
      if (slot != null && slot.hasFailed() && isForgotten(slot)) {
        slots.remove(version);
        slot = null;
      }
      if (slot == null) {
        slot = new Slot();
        slots.put(version, slot);
        Slot added = slot;
        loading.execute(() -> load(manifest, added));
      }
      return slot;
    } catch (RejectedExecutionException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE, "SHUTTING_DOWN", "the service is shutting down; ask another", e);
    } finally {
      lock.unlock();
    }
  }

  private boolean isForgotten(Slot slot) {
    return System.nanoTime() - slot.failedNanos >= settings.retryFailedAfter().toNanos();
  }

  private void load(ModelManifest manifest, Slot slot) {
    long began = System.nanoTime();
    try {
      LoadedModel model = loader.load(manifest);
      log.info(
          "model loaded name={} version={} precision={} ms={}",
          manifest.getName(),
          manifest.getVersion(),
          model.precision(),
          (System.nanoTime() - began) / 1_000_000);
      metrics.modelLoad(LoadOutcome.LOADED);
      slot.load.complete(model);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      log.error(
          "model not loaded name={} version={} error={}",
          manifest.getName(),
          manifest.getVersion(),
          e.getMessage(),
          e instanceof FaultException ? null : e);
      metrics.modelLoad(outcome(e));
      lock.lock();
      try {
        slot.failedNanos = System.nanoTime();
      } finally {
        lock.unlock();
      }
      slot.load.completeExceptionally(e);
    }
    makeRoom();
  }

  /** Lets the least recently used go; the champion, and the one to be, stay. */
  private void makeRoom() {
    lock.lock();
    try {
      int surplus = (int) slots.entrySet().stream().filter(this::mayGo).count() - settings.kept();
      Iterator<Map.Entry<String, Slot>> oldestFirst = slots.entrySet().iterator();
      while (surplus > 0 && oldestFirst.hasNext()) {
        Map.Entry<String, Slot> entry = oldestFirst.next();
        if (mayGo(entry)) {
          oldestFirst.remove();
          surplus--;
          if (!entry.getValue().hasFailed()) {
            log.info("model gives way version={}", entry.getKey());
            entry.getValue().load.join().release();
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean mayGo(Map.Entry<String, Slot> entry) {
    return !entry.getValue().isLoading()
        && !isChampion(entry.getKey())
        && !entry.getKey().equals(wantedChampion);
  }

  private void follow(@Nullable AliasAssignment assignment) {
    String version = assignment == null ? null : assignment.getVersion();
    long move;
    lock.lock();
    try {
      if (version == null && wantedChampion != null) {
        log.warn("the alias champion was deleted; the model that serves goes on serving");
      }
      wantedChampion = version;
      move = ++moves;
      championChanged.signalAll();
    } finally {
      lock.unlock();
    }
    if (version != null) {
      // The listener must be brief: the rest is the loading thread's.
      execute(() -> makeChampion(version, move, settings.retryFailedAfter()), Duration.ZERO);
    }
  }

  private void makeChampion(String version, long move, Duration retryAfter) {
    if (!isWanted(move)) {
      return;
    }
    Optional<ModelManifest> manifest = registry.state().model(version);
    if (manifest.isEmpty()) {
      // The alias's record may come before the model's.
      log.warn("champion is not in the registry, waiting for it version={}", version);
      retry(version, move, retryAfter);
      return;
    }
    CompletableFuture<?> unused =
        acquire(manifest.get())
            .whenComplete(
                (lease, e) -> {
                  if (lease != null) {
                    try (lease) {
                      crown(lease.model());
                    }
                  } else {
                    log.error(
                        "champion cannot be loaded, the one before goes on serving version={} serving={} error={}",
                        version,
                        champion().orElse("none"),
                        e.getMessage());
                    retry(version, move, retryAfter);
                  }
                });
  }

  private void crown(LoadedModel model) {
    lock.lock();
    try {
      // Overtaken, or out of its slot already: then whoever overtook it is on the way.
      if (closed || !model.version().equals(wantedChampion) || !hasSlot(model)) {
        return;
      }
      LoadedModel before = champion;
      champion = model;
      log.info(
          "champion serves name={} version={} before={}",
          model.manifest().getName(),
          model.version(),
          before == null ? "none" : before.version());
      metrics.championServes(model.manifest().getName(), model.version(), model.precision().name());
      championChanged.signalAll();
    } finally {
      lock.unlock();
    }
    makeRoom();
  }

  private boolean hasSlot(LoadedModel model) {
    Slot slot = slots.get(model.version());
    return slot != null && !slot.isLoading() && !slot.hasFailed() && slot.load.join() == model;
  }

  private boolean isWanted(long move) {
    lock.lock();
    try {
      return !closed && move == moves;
    } finally {
      lock.unlock();
    }
  }

  private void retry(String version, long move, Duration after) {
    Duration twice = after.multipliedBy(2);
    Duration next =
        twice.compareTo(settings.retryFailedAtMost()) > 0 ? settings.retryFailedAtMost() : twice;
    execute(() -> makeChampion(version, move, next), after);
  }

  private void execute(Runnable task, Duration after) {
    try {
      Future<?> unused = loading.schedule(guarded(task), after.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("no model is loaded any more");
    }
  }

  /** A scheduled task's exception would vanish in its future. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("following the champion failed", e);
      }
    };
  }

  private static LoadOutcome outcome(Throwable e) {
    if (!(e instanceof FaultException fault)) {
      return LoadOutcome.FAILED;
    }
    return switch (fault.kind()) {
      case NOT_FOUND -> LoadOutcome.MISSING;
      case DATA_LOSS -> LoadOutcome.DAMAGED;
      case FAILED_PRECONDITION -> LoadOutcome.UNFIT;
      default -> LoadOutcome.FAILED;
    };
  }

  /** Closes all models, each when the last request that uses it has ended. */
  @Override
  @PreDestroy
  public void close() {
    subscription.close();
    lock.lock();
    try {
      closed = true;
      championChanged.signalAll();
    } finally {
      lock.unlock();
    }
    loading.shutdownNow();
    try {
      if (!loading.awaitTermination(10, TimeUnit.SECONDS)) {
        log.warn("a model is still being loaded");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.lock();
    try {
      champion = null;
      for (Slot slot : slots.values()) {
        if (slot.isLoading()) {
          slot.load.completeExceptionally(
              FaultException.of(
                  FaultKind.UNAVAILABLE, "SHUTTING_DOWN", "the service is shutting down"));
        } else if (!slot.hasFailed()) {
          slot.load.join().release();
        }
      }
      slots.clear();
    } finally {
      lock.unlock();
    }
  }
}
