package dev.facealign.trainer.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * First values of a network: kernels He-normal over their outputs, the linear layer He-uniform
 * (METHOD 4), its offset a given vector, other offsets zero, batch normalisations the identity, the
 * certainty head a constant. The same seed gives the same values on every device, with a certainty
 * head and without.
 */
public final class Initialiser {

  /** As if every point were expected 2 % of the crop's side off. */
  private static final float FIRST_LOG_ERROR = -4f;

  private Initialiser() {}

  /**
   * Draws first values.
   *
   * @param network what needs them
   * @param headBias the linear layer's offset, such as the mean face; null: zeros
   * @param seed of the draw
   */
  public static Map<String, Tensor> draw(Network network, double @Nullable [] headBias, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (TensorSpec spec : network.tensors()) {
      float[] v = new float[Math.toIntExact(spec.shape().size())];
      switch (spec.role()) {
        case KERNEL -> {
          long[] s = spec.shape().getShape();
          // A depthwise kernel's outputs are its channels; all reach over kernel x kernel pixels.
          long area = s.length == 4 ? s[2] * s[3] : 1;
          double deviation = Math.sqrt(2.0 / (s[0] * area));
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (deviation * random.nextGaussian());
          }
        }
        case HEAD_KERNEL -> {
          double limit = Math.sqrt(6.0 / spec.shape().get(1));
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (limit * (2 * random.nextDouble() - 1));
          }
        }
        case HEAD_BIAS -> {
          for (int i = 0; headBias != null && i < v.length; i++) {
            v[i] = (float) headBias[i];
          }
        }
        case GAMMA, VARIANCE -> Arrays.fill(v, 1f);
        case BETA, MEAN, BIAS, CERTAINTY_KERNEL -> Arrays.fill(v, 0f);
        case CERTAINTY_BIAS -> Arrays.fill(v, FIRST_LOG_ERROR);
      }
      values.put(spec.name(), new Tensor(spec.shape().getShape(), v));
    }
    return values;
  }
}
