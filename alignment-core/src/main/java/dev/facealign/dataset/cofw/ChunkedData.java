package dev.facealign.dataset.cofw;

import io.jhdf.btree.BTreeV1;
import io.jhdf.dataset.chunked.Chunk;
import io.jhdf.exceptions.HdfException;
import java.util.BitSet;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** An array in chunks of equal sizes, each compressed by itself; those at the edges stick out. */
final class ChunkedData implements ArrayData {
  /** Of a chunk's bytes, inflated. MATLAB makes chunks of some 10 KB. */
  private static final long LARGEST_CHUNK = 16L << 20;

  /**
   * How many times an array's own bytes its chunks may hold, those that stick out and all: with
   * three indices, each chunk no larger than the array, less than 8 times.
   */
  private static final long LARGEST_EXCESS = 8;

  /** Chunks may hold so many bytes however small the array is. */
  private static final long FREE_BYTES = 1 << 20;

  /** Deflate makes a byte of at most so many. */
  private static final long LARGEST_RATIO = 1032;

  /** A chunk that deflate cannot make shorter gets longer, by less than an eighth and this. */
  private static final long LARGEST_OVERHEAD = 1 << 10;

  private final BoundedStorage storage;
  private final int[] chunkSizes;
  private final int chunkBytes;
  private final int elementBytes;
  private final List<Filter> filters;
  private final Chunk[] chunks;
  private final int[] chunksAcross;
  private int largestStored;

  /**
   * Finds an array's chunks.
   *
   * @param index address of the index
   * @param filters in the order in which they were applied
   */
  ChunkedData(
      BoundedStorage storage,
      long index,
      int[] sizes,
      int[] chunkSizes,
      int elementBytes,
      List<Filter> filters) {
    if (chunkSizes.length != sizes.length) {
      throw new HdfException(
          chunkSizes.length + " sizes of chunks, " + sizes.length + " of the array");
    }
    this.storage = storage;
    this.chunkSizes = chunkSizes;
    this.elementBytes = elementBytes;
    this.filters = filters;
    this.chunkBytes = (int) ArrayData.product(chunkSizes, elementBytes, LARGEST_CHUNK);
    if (chunkBytes == 0) {
      throw new HdfException("empty chunks");
    }
    chunksAcross = new int[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      chunksAcross[i] = (int) (((long) sizes[i] + chunkSizes[i] - 1) / chunkSizes[i]);
    }
    List<Chunk> found = BTreeV1.createDataBTree(storage, index, sizes.length).getChunks();
    long expected = ArrayData.product(chunksAcross, 1, Integer.MAX_VALUE);
    if (found.size() != expected) {
      throw new HdfException(found.size() + " chunks instead of " + expected);
    }
    long bytes = ArrayData.product(sizes, elementBytes, Integer.MAX_VALUE);
    if (expected * chunkBytes > LARGEST_EXCESS * bytes + FREE_BYTES) {
      throw new HdfException(
          expected + " chunks of " + chunkBytes + " bytes for an array of " + bytes);
    }
    chunks = new Chunk[found.size()];
    for (Chunk chunk : found) {
      int at = position(chunk.getChunkOffset());
      if (chunks[at] != null) {
        throw new HdfException("two chunks at one place");
      }
      requireEnough(chunk);
      chunks[at] = chunk;
      largestStored = Math.max(largestStored, chunk.getSize());
    }
  }

  /** A chunk's number, the last index fastest. */
  private int position(long[] origin) {
    int position = 0;
    for (int i = 0; i < origin.length; i++) {
      long across = origin[i] / chunkSizes[i];
      if (origin[i] < 0 || origin[i] % chunkSizes[i] != 0 || across >= chunksAcross[i]) {
        throw new HdfException("a chunk at " + origin[i] + ", beyond the array");
      }
      position = position * chunksAcross[i] + (int) across;
    }
    return position;
  }

  private void requireEnough(Chunk chunk) {
    long stored = chunk.getSize();
    boolean enough =
        isApplied(Filter.DEFLATE, chunk)
            ? stored * LARGEST_RATIO >= chunkBytes
                && stored <= chunkBytes + chunkBytes / 8 + LARGEST_OVERHEAD
            : stored == chunkBytes;
    if (!enough) {
      throw new HdfException(stored + " bytes for a chunk of " + chunkBytes);
    }
    if (!storage.contains(chunk.getAddress(), stored)) {
      throw new HdfException(
          "a chunk of " + stored + " bytes at " + chunk.getAddress() + ", beyond the file");
    }
  }

  /** A filter that gained nothing may have been left out for a chunk. */
  private boolean isApplied(Filter filter, Chunk chunk) {
    int at = filters.indexOf(filter);
    BitSet leftOut = chunk.getFilterMask();
    return at >= 0 && !leftOut.get(at);
  }

  @Override
  public void read(BlockSink sink) {
    byte[] stored = new byte[filters.contains(Filter.DEFLATE) ? largestStored : 0];
    byte[] bytes = new byte[chunkBytes];
    byte[] unshuffled = new byte[filters.contains(Filter.SHUFFLE) ? chunkBytes : 0];
    int[] origin = new int[chunkSizes.length];
    Inflater inflater = new Inflater();
    try {
      for (int i = 0; i < chunks.length; i++) {
        Chunk chunk = chunks[i];
        if (isApplied(Filter.DEFLATE, chunk)) {
          storage.read(chunk.getAddress(), stored, chunk.getSize());
          inflate(inflater, stored, chunk.getSize(), bytes);
        } else {
          storage.read(chunk.getAddress(), bytes, chunkBytes);
        }
        locate(i, origin);
        if (isApplied(Filter.SHUFFLE, chunk)) {
          Filter.unshuffle(bytes, elementBytes, unshuffled);
          sink.block(origin, chunkSizes, unshuffled);
        } else {
          sink.block(origin, chunkSizes, bytes);
        }
      }
    } finally {
      inflater.end();
    }
  }

  private void locate(int chunk, int[] origin) {
    int rest = chunk;
    for (int i = origin.length - 1; i >= 0; i--) {
      origin[i] = rest % chunksAcross[i] * chunkSizes[i];
      rest /= chunksAcross[i];
    }
  }

  /** Exactly as many bytes as there is room for; deflate's own checksum is checked. */
  private static void inflate(Inflater inflater, byte[] stored, int length, byte[] bytes) {
    try {
      inflater.reset();
      inflater.setInput(stored, 0, length);
      int inflated = 0;
      while (inflated < bytes.length) {
        int more = inflater.inflate(bytes, inflated, bytes.length - inflated);
        if (more == 0) {
          throw new HdfException("a chunk of " + inflated + " bytes instead of " + bytes.length);
        }
        inflated += more;
      }
      if (inflater.inflate(new byte[1]) > 0 || !inflater.finished()) {
        throw new HdfException("a chunk of more than " + bytes.length + " bytes");
      }
    } catch (DataFormatException e) {
      throw new HdfException("a chunk that cannot be inflated: " + e.getMessage(), e);
    }
  }
}
