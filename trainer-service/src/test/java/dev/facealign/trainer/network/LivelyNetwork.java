package dev.facealign.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Weights as unlike those of the first step as trained ones. */
public final class LivelyNetwork {

  private LivelyNetwork() {}

  /** First weights, but kernels and statistics such that every layer tells in the output. */
  public static Map<String, Tensor> weights(Network network, int size) {
    SplittableRandom random = new SplittableRandom(3);
    Map<String, Tensor> values = new LinkedHashMap<>(Initialiser.draw(network, null, 3));
    for (TensorSpec spec : network.tensors()) {
      long[] shape = spec.shape().getShape();
      float[] v = new float[Math.toIntExact(spec.shape().size())];
      switch (spec.role()) {
        case KERNEL -> {
          double fanIn = (double) spec.shape().size() / shape[0];
          double deviation = Math.sqrt(2 / fanIn);
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (deviation * random.nextGaussian());
          }
        }
        case GAMMA, VARIANCE -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (0.5 + random.nextDouble());
          }
        }
        case BETA, MEAN, BIAS -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (0.5 * random.nextGaussian());
          }
        }
        case HEAD_KERNEL, CERTAINTY_KERNEL -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (0.01 * random.nextGaussian());
          }
        }
        case HEAD_BIAS, CERTAINTY_BIAS -> {
          continue;
        }
      }
      values.put(spec.name(), new Tensor(shape, v));
    }
    return observed(network, values, size);
  }

  /**
   * First weights with kernels a fifth larger, and heads that are not zero: numbers neither grow
   * nor die out from layer to layer, and no normalisation enlarges small differences, as it does in
   * {@link #weights} until rounding decides.
   */
  public static Map<String, Tensor> smooth(Network network) {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Tensor> first = Initialiser.draw(network, null, 3);
    Map<String, Tensor> values = new LinkedHashMap<>(first);
    for (TensorSpec spec : network.tensors()) {
      long[] shape = spec.shape().getShape();
      double deviation =
          switch (spec.role()) {
            case KERNEL -> 1.2 / Math.sqrt((double) spec.shape().size() / shape[0]);
            case HEAD_KERNEL, CERTAINTY_KERNEL -> 0.01;
            default -> 0;
          };
      if (deviation > 0) {
        float[] v = Objects.requireNonNull(first.get(spec.name())).values().clone();
        for (int i = 0; i < v.length; i++) {
          v[i] = (float) (deviation * random.nextGaussian());
        }
        values.put(spec.name(), new Tensor(shape, v));
      }
    }
    return values;
  }

  /**
   * With the statistics that the layers see, as after training: without them numbers grow from
   * layer to layer until rounding decides.
   */
  private static Map<String, Tensor> observed(
      Network network, Map<String, Tensor> values, int size) {
    Network forgetful =
        new Network(
            network.architecture(),
            network.outputs(),
            new Regularisation(0, 0, 0),
            network.hasCertainty());
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Weights weights = new Weights(manager, network.tensors(), values)) {
      NDArray pictures = manager.create(new Shape(4, 3, size, size));
      for (int i = 0; i < 4; i++) {
        pictures.set(new NDIndex(i), manager.create(picture(size, i), new Shape(3, size, size)));
      }
      forgetful.train(weights, pictures).close();
      return weights.toHost();
    }
  }

  /** Noise: 3 x S x S numbers in [0, 1]. */
  public static float[] picture(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] picture = new float[3 * size * size];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = (float) random.nextDouble();
    }
    return picture;
  }
}
