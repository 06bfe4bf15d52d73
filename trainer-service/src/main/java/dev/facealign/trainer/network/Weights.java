package dev.facealign.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A network's tensors on a device. Not safe for use by several threads. */
public final class Weights implements AutoCloseable {

  private final NDManager manager;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  /**
   * Copies tensors to a manager's device.
   *
   * @param parent where the device memory is accounted; closing it closes these weights
   * @param specs the tensors, in order
   * @param values their values
   * @throws IllegalArgumentException a tensor is missing or has another shape
   */
  public Weights(NDManager parent, List<TensorSpec> specs, Map<String, Tensor> values) {
    this(parent, specs, values, DataType.FLOAT32);
  }

  /** For numbers of another type than 32 bit floats. */
  Weights(NDManager parent, List<TensorSpec> specs, Map<String, Tensor> values, DataType type) {
    manager = parent.newSubManager();
    for (TensorSpec spec : specs) {
      NDArray array = manager.create(spec.shape(), type);
      arrays.put(spec.name(), array);
    }
    copyFrom(values);
  }

  /** Sets all tensors. */
  public void copyFrom(Map<String, Tensor> values) {
    arrays.forEach(
        (name, array) -> {
          Tensor tensor = values.get(name);
          if (tensor == null) {
            throw new IllegalArgumentException(
                name + ": missing (expected: " + array.getShape() + ")");
          }
          if (!array.getShape().equals(new ai.djl.ndarray.types.Shape(tensor.shape()))) {
            throw new IllegalArgumentException(
                name + ": " + tensor + " (expected: " + array.getShape() + ")");
          }
          ByteBuffer bytes = manager.allocateDirect(tensor.values().length * Float.BYTES);
          bytes.asFloatBuffer().put(tensor.values());
          try (NDArray source = manager.create(bytes, array.getShape(), DataType.FLOAT32);
              NDArray typed = source.toType(array.getDataType(), false)) {
            typed.copyTo(array);
          }
        });
  }

  /** A copy of all tensors. */
  public Map<String, Tensor> toHost() {
    Map<String, Tensor> host = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) ->
            host.put(name, new Tensor(array.getShape().getShape(), array.toFloatArray())));
    return host;
  }

  /**
   * A tensor by name.
   *
   * @throws IllegalArgumentException there is none
   */
  public NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          name + ": missing (expected: one of " + arrays.keySet() + ")");
    }
    return array;
  }

  @Override
  public void close() {
    manager.close();
  }
}
