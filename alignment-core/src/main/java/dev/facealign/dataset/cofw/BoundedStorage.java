package dev.facealign.dataset.cofw;

import io.jhdf.Superblock;
import io.jhdf.exceptions.HdfException;
import io.jhdf.storage.HdfBackingStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * What jHDF sees of a file. It reads pieces whose lengths and addresses stand in the file itself,
 * and follows them wherever they lead, in circles too. So a piece must lie within the file and be
 * small, and the pieces have a number; that bounds memory, time and the depth of its recursions.
 * Nothing is mapped: a mapping outlives its file's closing, and ends the process when the file gets
 * shorter.
 */
final class BoundedStorage implements HdfBackingStorage {
  /** Bytes of a piece. The largest that MATLAB writes is a node of a chunk index, some 3 KiB. */
  private static final int LARGEST_PIECE = 8 << 10;

  /** Pieces for one array: some 20 for a photograph, 600 for one of 24 megapixels. */
  private static final int MOST_PIECES = 1500;

  private final FileChannel file;
  private final Superblock superblock;
  private final long size;
  private int pieces;

  BoundedStorage(FileChannel file, long size, Superblock superblock) {
    this.file = file;
    this.size = size;
    this.superblock = superblock;
  }

  @Override
  public ByteBuffer readBufferFromAddress(long address, int length) {
    return map(address, length);
  }

  @Override
  public ByteBuffer map(long address, long length) {
    if (length < 0 || length > LARGEST_PIECE) {
      throw new HdfException("a piece of " + length + " bytes, more than " + LARGEST_PIECE);
    }
    if (++pieces > MOST_PIECES) {
      throw new HdfException("more than " + MOST_PIECES + " pieces");
    }
    byte[] bytes = new byte[(int) length];
    read(address, bytes, bytes.length);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public ByteBuffer mapNoOffset(long address, long length) {
    return map(address - superblock.getBaseAddressByte(), length);
  }

  /**
   * Whether bytes lie within the file; the address is the file's own, counted behind the user
   * block.
   */
  boolean contains(long address, long length) {
    long from = superblock.getBaseAddressByte();
    return address >= 0 && length >= 0 && address <= size - from && length <= size - from - address;
  }

  /** Reads the first bytes of an array from an address that counts from behind the user block. */
  void read(long address, byte[] into, int length) {
    if (!contains(address, length)) {
      throw new HdfException(length + " bytes at " + address + ", beyond the file's " + size);
    }
    ByteBuffer bytes = ByteBuffer.wrap(into, 0, length);
    try {
      while (bytes.hasRemaining()) {
        long at = superblock.getBaseAddressByte() + address + bytes.position();
        if (file.read(bytes, at) < 0) {
          throw new HdfException("the file became shorter than " + size + " bytes");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long getUserBlockSize() {
    return superblock.getBaseAddressByte();
  }

  @Override
  public Superblock getSuperblock() {
    return superblock;
  }

  @Override
  public FileChannel getFileChannel() {
    throw new HdfException("reading past the bounds");
  }

  @Override
  public int getSizeOfOffsets() {
    return superblock.getSizeOfOffsets();
  }

  @Override
  public int getSizeOfLengths() {
    return superblock.getSizeOfLengths();
  }

  @Override
  public void close() {
    // The file is closed by who opened it.
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean inMemory() {
    return true;
  }
}
