package dev.facealign.dataset.cofw;

import io.jhdf.exceptions.HdfException;
import java.nio.ByteBuffer;

/** A small array within its header. */
final class CompactData implements ArrayData {
  private final int[] sizes;
  private final byte[] bytes;

  CompactData(int[] sizes, int elementBytes, ByteBuffer content) {
    long expected = ArrayData.product(sizes, elementBytes, Integer.MAX_VALUE);
    if (content.remaining() != expected) {
      throw new HdfException(content.remaining() + " bytes instead of " + expected);
    }
    this.sizes = sizes;
    this.bytes = new byte[content.remaining()];
    content.get(bytes);
  }

  @Override
  public void read(BlockSink sink) {
    sink.block(new int[sizes.length], sizes, bytes);
  }
}
