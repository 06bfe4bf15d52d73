package dev.facealign.evaluation.inference;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.facealign.evaluation.scoring.FaceAnswer;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.v1.DetectResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/**
 * What the inference service answered for each face, on disk: an evaluation that ends early goes on
 * from it, and one of many faces needs no memory for them. Thread-safe.
 *
 * <p>A file of records: the face's place in the dataset (4 bytes), kind (1), length of the content
 * (4), its CRC-32C (4), content. What was written when the process died is whole but for the last
 * record; after a power cut more may be missing. What is damaged, and all behind it, is dropped.
 */
public final class AnswerLog implements AutoCloseable {

  private static final int HEADER = 13;
  private static final byte ANSWER = 1;
  private static final byte UNUSABLE = 2;
  private static final int MOST_BYTES = 64 << 20;
  private static final long NONE = -1;

  private final Path file;
  private final FileChannel channel;
  private final ReentrantLock lock = new ReentrantLock();
  // All guarded by lock.
  private final long[] places;
  private long end;
  private int count;

  private AnswerLog(Path file, FileChannel channel, int faces) {
    this.file = file;
    this.channel = channel;
    this.places = new long[faces];
    Arrays.fill(places, NONE);
  }

  /**
   * Opens a log, which need not exist yet.
   *
   * @param faces of the dataset
   * @throws FaultException UNAVAILABLE where it cannot be read or written
   */
  public static AnswerLog open(Path file, int faces) {
    try {
      AnswerLog log =
          new AnswerLog(
              file,
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE),
              faces);
      log.restore();
      return log;
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  /** Faces that a log has answers of, without a look at them; 0 where there is none. */
  public static int count(Path file) {
    if (!Files.exists(file)) {
      return 0;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int records = 0;
      long at = 0;
      ByteBuffer header = ByteBuffer.allocate(HEADER);
      while (readFully(channel, header.clear(), at)) {
        int length = header.getInt(5);
        if (!isKind(header.get(4)) || length < 0 || at + HEADER + length > channel.size()) {
          break;
        }
        records++;
        at += HEADER + length;
      }
      return records;
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  private void restore() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    while (readFully(channel, header.clear(), end)) {
      int index = header.getInt(0);
      int length = header.getInt(5);
      if (index < 0
          || index >= places.length
          || !isKind(header.get(4))
          || length < 0
          || length > MOST_BYTES) {
        break;
      }
      ByteBuffer content = ByteBuffer.allocate(length);
      if (!readFully(channel, content, end + HEADER)
          || crc(content.array()) != header.getInt(9)
          || places[index] != NONE) {
        break;
      }
      places[index] = end;
      count++;
      end += HEADER + length;
    }
    channel.truncate(end);
  }

  /** A power cut may leave zeros. */
  private static boolean isKind(byte kind) {
    return kind == ANSWER || kind == UNUSABLE;
  }

  /** Faces that there is an entry of. */
  int count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  boolean has(int index) {
    lock.lock();
    try {
      return places[index] != NONE;
    } finally {
      lock.unlock();
    }
  }

  /** Adds an entry for a face that has none yet. */
  void add(int index, FaceAnswer entry) {
    byte kind = entry instanceof FaceAnswer.Answered ? ANSWER : UNUSABLE;
    byte[] content =
        entry instanceof FaceAnswer.Answered answer
            ? answer.response().toByteArray()
            : ((FaceAnswer.Unusable) entry).reason().getBytes(StandardCharsets.UTF_8);
    ByteBuffer record = ByteBuffer.allocate(HEADER + content.length);
    record.putInt(index).put(kind).putInt(content.length).putInt(crc(content)).put(content).flip();
    lock.lock();
    try {
      long at = end;
      while (record.hasRemaining()) {
        at += channel.write(record, at);
      }
      places[index] = end;
      count++;
      end = at;
    } catch (IOException e) {
      throw unavailable(file, e);
    } finally {
      lock.unlock();
    }
  }

  /** A face's entry; empty where it has none. */
  public Optional<FaceAnswer> get(int index) {
    long at;
    lock.lock();
    try {
      at = places[index];
    } finally {
      lock.unlock();
    }
    if (at == NONE) {
      return Optional.empty();
    }
    try {
      ByteBuffer header = ByteBuffer.allocate(HEADER);
      require(readFully(channel, header, at));
      ByteBuffer content = ByteBuffer.allocate(header.getInt(5));
      require(readFully(channel, content, at + HEADER));
      return Optional.of(
          header.get(4) == ANSWER
              ? new FaceAnswer.Answered(DetectResponse.parseFrom(content.array()))
              : new FaceAnswer.Unusable(new String(content.array(), StandardCharsets.UTF_8)));
    } catch (InvalidProtocolBufferException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS, "ANSWERS_DAMAGED", "answers in " + file + " cannot be read", e);
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  private static void require(boolean whole) throws IOException {
    if (!whole) {
      throw new IOException("shorter than it was");
    }
  }

  private static boolean readFully(FileChannel channel, ByteBuffer into, long from)
      throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        return false;
      }
      at += read;
    }
    return true;
  }

  private static int crc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }

  private static FaultException unavailable(Path file, IOException e) {
    return FaultException.of(
        FaultKind.UNAVAILABLE,
        "ANSWERS_UNAVAILABLE",
        "answers cannot be kept in " + file + ": " + e,
        e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }
}
