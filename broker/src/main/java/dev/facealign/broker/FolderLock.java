package dev.facealign.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One broker a folder. Kafka locks its folder too, but finding that lock taken it halts the JVM;
 * this lock is taken before Kafka starts. The system frees it when the process ends, however it
 * ends.
 */
final class FolderLock implements AutoCloseable {

  static final String FILE = "broker.lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Creates the folder where it is missing and takes its lock.
   *
   * @throws BrokerStartException the folder is in use or cannot be written
   */
  static FolderLock take(Path folder) {
    Path file = folder.resolve(FILE);
    FileChannel channel;
    try {
      Files.createDirectories(folder);
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new BrokerStartException(
          "folder: " + folder + " (expected: a folder that can be written: " + e + ")", e);
    }
    if (lockOrNull(channel) == null) {
      closeQuietly(channel);
      throw new BrokerStartException(
          "folder: "
              + folder
              + " (expected: a folder no other broker uses; "
              + FILE
              + " is locked)");
    }
    return new FolderLock(channel);
  }

  private static @Nullable FileLock lockOrNull(FileChannel channel) {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held within this JVM
    } catch (IOException e) {
      return null;
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written: there is nothing to lose.
    }
  }

  /** Frees the folder. */
  @Override
  public void close() {
    closeQuietly(channel);
  }
}
