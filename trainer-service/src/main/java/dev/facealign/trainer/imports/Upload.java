package dev.facealign.trainer.imports;

import com.google.protobuf.ByteString;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file that comes in pieces; closing it deletes it. Used by one thread at a time. */
public final class Upload implements AutoCloseable {

  private final long mostBytes;
  private final Path file;
  private final DigestOutputStream out;
  private long size;

  /**
   * Begins an empty file.
   *
   * @param mostBytes largest size
   */
  public Upload(long mostBytes) {
    this.mostBytes = mostBytes;
    try {
      file = Files.createTempFile("facealign-import-", ".h5");
      out = new DigestOutputStream(Files.newOutputStream(file), sha256Digest());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep an upload", e);
    }
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Adds a piece.
   *
   * @throws FaultException RESOURCE_EXHAUSTED, reason UPLOAD_TOO_LARGE
   */
  public void add(ByteString piece) {
    size += piece.size();
    if (size > mostBytes) {
      throw FaultException.of(
          FaultKind.RESOURCE_EXHAUSTED,
          "UPLOAD_TOO_LARGE",
          "file: more than " + size + " bytes (expected: at most " + mostBytes + ")");
    }
    try {
      piece.writeTo((OutputStream) out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep an upload", e);
    }
  }

  /** Ends the file; no piece comes any more. */
  public Path end() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep an upload", e);
    }
    return file;
  }

  /** Bytes so far. */
  public long size() {
    return size;
  }

  /** Hash of the ended file, hexadecimal; to be asked for once. */
  public String sha256() {
    return HexFormat.of().formatHex(out.getMessageDigest().digest());
  }

  @Override
  public void close() {
    try {
      out.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }
}
