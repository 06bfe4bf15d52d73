package dev.facealign.trainer.augment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory of one batch, outside of the heap, so that the network reads it where it is. Filled again
 * and again.
 *
 * <p>{@link #pixels()}: [N, 3, S, S]; {@link #labels()} and {@link #phi()}: [N, 2M]; 32 bit floats.
 */
public final class Batch {

  private final int faces;
  private final ByteBuffer pixels;
  private final ByteBuffer labels;
  private final ByteBuffer phi;

  Batch(int faces, int pixelsOfAFace, int numbersOfAFace) {
    this.faces = faces;
    this.pixels = floats(faces * pixelsOfAFace);
    this.labels = floats(faces * numbersOfAFace);
    this.phi = floats(faces * numbersOfAFace);
  }

  private static ByteBuffer floats(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  /** Faces, N. */
  public int faces() {
    return faces;
  }

  /** RGB in [0, 1]. */
  public ByteBuffer pixels() {
    return view(pixels);
  }

  /** Label units. */
  public ByteBuffer labels() {
    return view(labels);
  }

  /** In [0, 1]; zeros for a loss without phi. */
  public ByteBuffer phi() {
    return view(phi);
  }

  private static ByteBuffer view(ByteBuffer buffer) {
    return buffer.duplicate().order(buffer.order()).rewind();
  }
}
