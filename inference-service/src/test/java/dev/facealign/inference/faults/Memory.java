package dev.facealign.inference.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this process holds. */
final class Memory {
  private static final Path SELF = Path.of("/proc/self");

  private Memory() {}

  /** Bytes of the heap that are in use after a full collection. */
  static long heapAfterCollection() {
    long least = Long.MAX_VALUE;
    // What one collection finds to be finalised or cleaned, the next one frees.
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  /** Open files and sockets; 0 where the system does not tell. */
  static long descriptors() {
    Path folder = SELF.resolve("fd");
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(folder)) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Threads, those of native libraries too; 0 where the system does not tell. */
  static long threads() {
    return status("Threads:");
  }

  /** Bytes of memory, native too; 0 where the system does not tell. */
  static long resident() {
    return status("VmRSS:") * 1024;
  }

  private static long status(String field) {
    Path file = SELF.resolve("status");
    if (!Files.isReadable(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
