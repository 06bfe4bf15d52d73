package dev.facealign.trainer.network;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numbers of a network, held by the JVM. */
public final class Tensor {

  private final long[] shape;
  private final float[] values;

  /**
   * From numbers.
   *
   * @param shape sides; not copied
   * @param values in row-major order; not copied
   */
  public Tensor(long[] shape, float[] values) {
    long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (size != values.length) {
      throw new IllegalArgumentException(
          "values: "
              + values.length
              + " (expected: "
              + size
              + " for "
              + Arrays.toString(shape)
              + ")");
    }
    this.shape = shape;
    this.values = values;
  }

  /** A vector. */
  public static Tensor vector(float... values) {
    return new Tensor(new long[] {values.length}, values);
  }

  /** Sides; not a copy. */
  public long[] shape() {
    return shape;
  }

  /** In row-major order; not a copy. */
  public float[] values() {
    return values;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tensor tensor
        && Arrays.equals(shape, tensor.shape)
        && Arrays.equals(values, tensor.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}
