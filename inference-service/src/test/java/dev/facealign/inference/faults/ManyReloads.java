package dev.facealign.inference.faults;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.RunningService;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Reloads a service's champion again and again, in a process of its own: only where the heap has
 * its size from the beginning does the process's memory tell what is outside of it.
 */
final class ManyReloads {
  /** Compiled code, pools and allocators' reserves are what they will be after so many. */
  private static final int WARM_UP = 300;

  private static final long MIB = 1 << 20;

  private ManyReloads() {}

  /** Arguments: a folder for artifacts, a file for the growth of what is held, and how often. */
  public static void main(String[] args) throws IOException, InterruptedException {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
        RunningService service =
            RunningService.start(broker.bootstrapServers(), Path.of(args[0]), Reloads.SETTINGS)) {
      Reloads reloads = new Reloads(service);
      reloads.change(WARM_UP);
      long heap = Memory.heapAfterCollection();
      long resident = Memory.resident();
      long descriptors = Memory.descriptors();
      long threads = Memory.threads();
      reloads.change(Integer.parseInt(args[2]));
      Properties growth = new Properties();
      put(growth, "heap_mib", (Memory.heapAfterCollection() - heap) / MIB);
      put(growth, "resident_mib", (Memory.resident() - resident) / MIB);
      put(growth, "descriptors", Memory.descriptors() - descriptors);
      put(growth, "threads", Memory.threads() - threads);
      try (Writer writer = Files.newBufferedWriter(Path.of(args[1]))) {
        growth.store(writer, null);
      }
    }
    // Other people's threads that are no daemons must not keep the process.
    System.exit(0);
  }

  private static void put(Properties growth, String name, long value) {
    growth.setProperty(name, Long.toString(value));
  }
}
