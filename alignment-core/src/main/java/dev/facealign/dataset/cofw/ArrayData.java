package dev.facealign.dataset.cofw;

import io.jhdf.exceptions.HdfException;

/**
 * Where an array's bytes are in the file. Whoever has one knows that the file holds enough bytes
 * for the array.
 */
sealed interface ArrayData permits CompactData, ContiguousData, ChunkedData {
  /** Takes a block of an array. */
  @FunctionalInterface
  interface BlockSink {
    /**
     * A block; valid until the next one.
     *
     * @param origin its first element's indices
     * @param sizes its own; it may stick out of the array
     * @param bytes its elements, the last index fastest
     */
    void block(int[] origin, int[] sizes, byte[] bytes);
  }

  /**
   * Reads the array block by block, all of it.
   *
   * @throws RuntimeException of jHDF for damaged data
   */
  void read(BlockSink sink);

  /**
   * A product of sizes that stand in a file.
   *
   * @throws HdfException above a limit
   */
  static long product(int[] sizes, long first, long most) {
    long product = first;
    for (int size : sizes) {
      if (size < 0 || (size > 0 && product > most / size)) {
        throw new HdfException("more than " + most + " bytes");
      }
      product *= size;
    }
    return product;
  }
}
