package dev.facealign.evaluation.library;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.v1.FaceResult;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Per-face results as they are made: into a file, each with its length before it, and into memory
 * while they are few enough for a report's message.
 */
public final class FaceResults implements AutoCloseable {

  /** Callers of gRPC take messages of 4 MiB unless they say otherwise; the figures need some. */
  static final long MOST_BYTES_LISTED = 3 << 20;

  /** Takes results, until it has enough. */
  @FunctionalInterface
  public interface Reader {
    /**
     * A result.
     *
     * @return false to stop
     */
    boolean take(FaceResult face) throws InterruptedException;
  }

  private final Path file;
  private final OutputStream out;
  private final FaceErrors errors = new FaceErrors();
  private final List<FaceResult> listed = new ArrayList<>();
  private long bytes;

  /**
   * None yet.
   *
   * @param file is written anew
   * @throws FaultException UNAVAILABLE where it cannot be
   */
  public FaceResults(Path file) {
    this.file = file;
    try {
      this.out = new BufferedOutputStream(Files.newOutputStream(file));
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  /** Adds the next in reading order. */
  public void add(FaceResult face) {
    bytes += face.getSerializedSize() + 4;
    errors.add(face);
    if (bytes <= MOST_BYTES_LISTED) {
      listed.add(face);
    } else {
      listed.clear();
    }
    try {
      face.writeDelimitedTo(out);
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  /** Whether a report can list all of them. */
  public boolean areFew() {
    return bytes <= MOST_BYTES_LISTED;
  }

  /** All, where they are few; else none. */
  public List<FaceResult> listed() {
    return listed;
  }

  /** Of all there are so far. */
  public FaceErrors errors() {
    return errors;
  }

  /** Where all of them are, once this is closed. */
  public Path file() {
    return file;
  }

  /** Reads a file's results, one after the other. */
  static void read(Path file, Reader reader) throws InterruptedException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      @Nullable FaceResult face = FaceResult.parseDelimitedFrom(in);
      while (face != null && reader.take(face)) {
        face = FaceResult.parseDelimitedFrom(in);
      }
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  private static FaultException unavailable(Path file, IOException e) {
    return FaultException.of(
        FaultKind.UNAVAILABLE, "FACES_UNAVAILABLE", "face results in " + file + ": " + e, e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }
}
