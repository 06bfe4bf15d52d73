package dev.facealign.dataset.cofw;

/** Puts an array's blocks where they belong in another array of bytes. */
final class Scattering implements ArrayData.BlockSink {
  private final int[] sizes;
  private final int elementBytes;
  private final byte[] bytes;
  private final int[] steps;

  /**
   * Scattering into an array.
   *
   * @param sizes of the array whose blocks come
   * @param bytes the other array; <b>not copied</b>
   * @param steps for each index, how far apart neighbours come to lie in it
   */
  Scattering(int[] sizes, int elementBytes, byte[] bytes, int[] steps) {
    this.sizes = sizes;
    this.elementBytes = elementBytes;
    this.bytes = bytes;
    this.steps = steps;
  }

  @Override
  public void block(int[] origin, int[] block, byte[] content) {
    scatter(0, 0, 0, origin, block, content);
  }

  /**
   * One index after the other, the slowest first.
   *
   * @param from the place in the block that the indices before have led to, in runs of this index
   * @param to the same in the wider array, in bytes
   */
  private void scatter(int index, int from, int to, int[] origin, int[] block, byte[] content) {
    int count = Math.min(block[index], sizes[index] - origin[index]);
    int first = from * block[index];
    int at = to + origin[index] * steps[index];
    for (int i = 0; i < count; i++, at += steps[index]) {
      if (index < sizes.length - 1) {
        scatter(index + 1, first + i, at, origin, block, content);
      } else if (elementBytes == 1) {
        bytes[at] = content[first + i];
      } else {
        System.arraycopy(content, (first + i) * elementBytes, bytes, at, elementBytes);
      }
    }
  }
}
