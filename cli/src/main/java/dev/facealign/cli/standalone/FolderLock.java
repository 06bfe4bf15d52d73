package dev.facealign.cli.standalone;

import dev.facealign.cli.invocation.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive use of a data folder by one process. The operating system frees it when the process
 * ends, however it ends, so that a crash leaves no stale lock; the file stays behind and means
 * nothing by itself.
 */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the folder for this process.
   *
   * @throws CommandFailure naming the process that has it
   */
  static FolderLock acquire(DataFolder folder) {
    Path file = folder.lockFile();
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        String holder = Files.readString(file, StandardCharsets.US_ASCII).strip();
        channel.close();
        throw new CommandFailure(
            "data folder "
                + folder.root()
                + " is in use by process "
                + (holder.isEmpty() ? "?" : holder)
                + " (expected: one `facealign up` per folder; choose another with --data)");
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new CommandFailure(
          file + ": cannot be locked (expected: a local folder that can be written): " + e, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The process is about to end, which frees the lock as well.
    }
  }
}
