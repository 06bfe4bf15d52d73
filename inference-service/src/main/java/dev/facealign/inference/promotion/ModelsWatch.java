package dev.facealign.inference.promotion;

import dev.facealign.inference.model.ModelRegistry;
import dev.facealign.inference.model.RegistryChange;
import dev.facealign.inference.model.RegistryState;
import dev.facealign.platform.grpc.EndlessStreams;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.v1.ModelRecord;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells one watcher the registry. What a slow reader has not taken yet is kept by key, the newest
 * record each: it misses steps in between, never where they led, and what waits for it is bounded
 * by the registry itself.
 */
final class ModelsWatch {
  private final ServerStream<ModelRecord> stream;

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Map<String, ModelRecord> waiting = new LinkedHashMap<>();
  private ModelRegistry.@Nullable Subscription subscription;
  private boolean ended;

  private ModelsWatch(ServerStream<ModelRecord> stream) {
    this.stream = stream;
  }

  /** Begins to tell. */
  static void start(
      ServerStream<ModelRecord> stream, ModelRegistry registry, EndlessStreams streams) {
    ModelsWatch watch = new ModelsWatch(stream);
    stream.onRoom(watch::send);
    streams.add(stream, watch::end);
    watch.follow(registry);
  }

  private void follow(ModelRegistry registry) {
    ModelRegistry.Subscription taken = registry.subscribe(this::tellAll, this::tell);
    boolean late;
    lock.lock();
    try {
      late = ended;
      subscription = taken;
    } finally {
      lock.unlock();
    }
    if (late) {
      taken.close();
    }
  }

  private void tellAll(RegistryState state) {
    lock.lock();
    try {
      waiting.putAll(state.records());
      send();
    } finally {
      lock.unlock();
    }
  }

  private void tell(RegistryChange change) {
    lock.lock();
    try {
      // A record that waits gives its place up to the newer one, which goes to the end.
      waiting.remove(change.key());
      ModelRecord record = change.record();
      if (record != null) {
        waiting.put(change.key(), record);
      }
      send();
    } finally {
      lock.unlock();
    }
  }

  private void send() {
    lock.lock();
    try {
      Iterator<ModelRecord> next = waiting.values().iterator();
      while (next.hasNext() && stream.offer(next.next())) {
        next.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    ModelRegistry.Subscription taken;
    lock.lock();
    try {
      ended = true;
      waiting.clear();
      taken = subscription;
    } finally {
      lock.unlock();
    }
    if (taken != null) {
      taken.close();
    }
  }
}
