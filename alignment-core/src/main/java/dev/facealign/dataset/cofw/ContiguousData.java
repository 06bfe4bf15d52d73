package dev.facealign.dataset.cofw;

import io.jhdf.exceptions.HdfException;

/** An array in one piece, as it is. Read in slices along the first index. */
final class ContiguousData implements ArrayData {
  private final BoundedStorage storage;
  private final long address;
  private final int slices;
  private final int[] sliceSizes;
  private final int sliceBytes;

  ContiguousData(BoundedStorage storage, long address, int[] sizes, int elementBytes) {
    long bytes = ArrayData.product(sizes, elementBytes, Integer.MAX_VALUE);
    if (!storage.contains(address, bytes)) {
      throw new HdfException(bytes + " bytes at " + address + ", beyond the file");
    }
    this.storage = storage;
    this.address = address;
    this.slices = sizes[0];
    this.sliceSizes = sizes.clone();
    sliceSizes[0] = 1;
    this.sliceBytes = (int) (bytes / slices);
  }

  @Override
  public void read(BlockSink sink) {
    int[] origin = new int[sliceSizes.length];
    byte[] bytes = new byte[sliceBytes];
    for (int i = 0; i < slices; i++) {
      origin[0] = i;
      storage.read(address + (long) i * sliceBytes, bytes, sliceBytes);
      sink.block(origin, sliceSizes, bytes);
    }
  }
}
