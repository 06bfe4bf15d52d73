package dev.facealign.platform.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder an artifact is written in before it is moved to its place. {@code <id>.lock} beside it
 * is locked while its writer lives: the system frees the lock however the process ends, so an
 * unlocked one is abandoned.
 */
final class WorkFolder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WorkFolder.class);
  private static final String LOCK = ".lock";

  private final Path path;
  private final Path lockFile;
  private final FileChannel lock;

  private WorkFolder(Path path, Path lockFile, FileChannel lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  static WorkFolder create(Path parent) throws IOException {
    Files.createDirectories(parent);
    String id = UUID.randomUUID().toString();
    Path lockFile = parent.resolve(id + LOCK);
    FileChannel lock =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock.lock();
    return new WorkFolder(Files.createDirectory(parent.resolve(id)), lockFile, lock);
  }

  Path path() {
    return path;
  }

  /** Removes what is left in the folder. */
  @Override
  public void close() {
    try {
      LocalArtifactStore.deleteTree(path);
      Files.deleteIfExists(lockFile);
    } catch (IOException e) {
      log.warn("work folder not removed path={} error={}", path, e.toString());
    } finally {
      release(lock);
    }
  }

  /** Removes the folders whose writers have died. Failing to do so is logged and harmless. */
  static void removeAbandoned(Path parent) {
    if (!Files.isDirectory(parent)) {
      return;
    }
    try (Stream<Path> entries = Files.list(parent)) {
      List<Path> locks =
          entries.filter(entry -> String.valueOf(entry.getFileName()).endsWith(LOCK)).toList();
      for (Path lockFile : locks) {
        removeIfAbandoned(lockFile);
      }
    } catch (IOException e) {
      log.warn("work folders not looked through path={} error={}", parent, e.toString());
    }
  }

  private static void removeIfAbandoned(Path lockFile) throws IOException {
    String name = String.valueOf(lockFile.getFileName());
    Path folder = lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
      FileLock taken = channel.tryLock();
      if (taken == null) {
        return;
      }
      LocalArtifactStore.deleteTree(folder);
      Files.deleteIfExists(lockFile);
      log.info("abandoned work folder removed path={}", folder);
    } catch (OverlappingFileLockException e) {
      // Its writer lives in this process.
    } catch (NoSuchFileException e) {
      // Its writer has just finished.
    }
  }

  private static void release(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("lock not released error={}", e.toString());
    }
  }
}
