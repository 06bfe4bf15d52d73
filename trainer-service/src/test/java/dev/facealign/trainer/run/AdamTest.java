package dev.facealign.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.facealign.trainer.job.OptimiserSpec;
import dev.facealign.trainer.job.OptimiserSpec.Constant;
import dev.facealign.trainer.job.OptimiserSpec.OptimiserKind;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.TensorSpec;
import dev.facealign.trainer.network.TensorSpec.Role;
import dev.facealign.trainer.network.Torch;
import dev.facealign.trainer.network.Weights;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AdamTest {

  private static final List<TensorSpec> TENSORS =
      List.of(
          new TensorSpec("k", new Shape(2), Role.KERNEL),
          new TensorSpec("b", new Shape(1), Role.BETA));

  @Test
  void stepsAsWritten() {
    // Given the loss 3 k0 - 4 k1 + 12 b, whose gradient's norm is 13
    double rate = 0.01;
    double decay = 0.1;
    try (NDManager manager = Torch.engine().newBaseManager();
        Weights weights = weights(manager);
        Adam adam = adam(manager, weights, OptimiserKind.ADAMW, decay, 1)) {
      double[] k = {1, 2};
      double b = 3;
      double[] clipped = {3 / 13.0, -4 / 13.0, 12 / 13.0};
      double[] first = new double[3];
      double[] second = new double[3];
      for (int step = 0; step < 3; step++) {
        // When
        backward(weights);
        assertThat(adam.step(step, rate)).isCloseTo(13, within(1e-5));
        // Then
        for (int i = 0; i < 3; i++) {
          first[i] = 0.9 * first[i] + 0.1 * clipped[i];
          second[i] = 0.999 * second[i] + 0.001 * clipped[i] * clipped[i];
          double change =
              rate
                  * (first[i] / (1 - Math.pow(0.9, step + 1)))
                  / Math.sqrt(second[i] / (1 - Math.pow(0.999, step + 1)));
          if (i < 2) {
            k[i] -= rate * decay * k[i] + change;
          } else {
            b -= change;
          }
        }
        assertThat(weights.get("k").toFloatArray())
            .containsExactly(new float[] {(float) k[0], (float) k[1]}, within(1e-5f));
        assertThat(weights.get("b").toFloatArray())
            .containsExactly(new float[] {(float) b}, within(1e-5f));
      }
    }
  }

  @Test
  void aCertaintyHeadsGradientsScaleNothingElseDown() {
    // Given a gradient of norm 5 of the network and one of 1000 of its certainty head, clipped at 5
    TensorSpec kernel = new TensorSpec("k", new Shape(2), Role.KERNEL);
    TensorSpec head = new TensorSpec("c", new Shape(1), Role.CERTAINTY_BIAS);
    List<TensorSpec> both = List.of(kernel, head);
    Map<String, Tensor> first =
        Map.of("k", Tensor.vector(new float[] {1, 2}), "c", Tensor.vector(new float[] {3}));
    try (NDManager manager = Torch.engine().newBaseManager();
        Weights with = new Weights(manager, both, first);
        Weights without = new Weights(manager, List.of(kernel), first);
        Adam adamOfBoth = adam(manager, both, with);
        Adam adamOfOne = adam(manager, List.of(kernel), without)) {
      for (int step = 0; step < 2; step++) {
        try (NDManager arrays = Torch.engine().newBaseManager();
            GradientCollector gradients = Torch.engine().newGradientCollector()) {
          NDArray slopes = arrays.create(new float[] {3, -4});
          gradients.backward(with.get("k").mul(slopes).sum().add(with.get("c").mul(1000).sum()));
          gradients.backward(without.get("k").mul(slopes).sum());
        }
        // When
        double norm = adamOfBoth.step(step, 0.01);
        adamOfOne.step(step, 0.01);
        // Then
        assertThat(norm).isCloseTo(5, within(1e-5));
      }
      assertThat(with.get("k").toFloatArray()).isEqualTo(without.get("k").toFloatArray());
      assertThat(with.get("c").toFloatArray()[0]).isLessThan(3);
    }
  }

  private static Adam adam(NDManager manager, List<TensorSpec> tensors, Weights weights) {
    Map<String, Tensor> zeros = Adam.noMoments(tensors);
    return new Adam(manager, spec(OptimiserKind.ADAMW, 0.1, 5), tensors, weights, zeros, zeros);
  }

  @Test
  void decaysNothingAsPlainAdam() {
    // Given gradients of zero
    try (NDManager manager = Torch.engine().newBaseManager();
        Weights weights = weights(manager);
        Adam adam = adam(manager, weights, OptimiserKind.ADAM, 0.5, 1)) {
      try (GradientCollector gradients = Torch.engine().newGradientCollector();
          NDArray zero = weights.get("k").mul(0).sum().add(weights.get("b").mul(0).sum())) {
        gradients.backward(zero);
      }
      // When
      adam.step(0, 0.1);
      // Then
      assertThat(weights.get("k").toFloatArray()).containsExactly(1, 2);
    }
  }

  @Test
  void changesNothingWhereAGradientIsNotFinite() {
    // Given
    try (NDManager manager = Torch.engine().newBaseManager();
        Weights weights = weights(manager);
        Adam adam = adam(manager, weights, OptimiserKind.ADAMW, 0, 1)) {
      try (GradientCollector gradients = Torch.engine().newGradientCollector();
          NDArray loss = weights.get("k").mul(Float.NaN).sum().add(weights.get("b").mul(1).sum())) {
        gradients.backward(loss);
      }
      // When
      double norm = adam.step(0, 0.1);
      // Then
      assertThat(norm).isNaN();
      assertThat(weights.get("k").toFloatArray()).containsExactly(1, 2);
      assertThat(weights.get("b").toFloatArray()).containsExactly(3);
    }
  }

  @Test
  void goesOnFromItsMoments() {
    try (NDManager manager = Torch.engine().newBaseManager();
        Weights weights = weights(manager);
        Adam adam = adam(manager, weights, OptimiserKind.ADAMW, 0.1, 5)) {
      // Given two steps, saved after the first
      backward(weights);
      adam.step(0, 0.01);
      Map<String, Tensor> saved = weights.toHost();
      Map<String, Tensor> first = adam.firstMoments();
      Map<String, Tensor> second = adam.secondMoments();
      backward(weights);
      adam.step(1, 0.01);
      // When the second is done anew
      try (Weights again = new Weights(manager, TENSORS, saved);
          Adam resumed =
              new Adam(manager, spec(OptimiserKind.ADAMW, 0.1, 5), TENSORS, again, first, second)) {
        backward(again);
        resumed.step(1, 0.01);
        // Then
        assertThat(again.toHost()).isEqualTo(weights.toHost());
        assertThat(resumed.secondMoments()).isEqualTo(adam.secondMoments());
      }
    }
  }

  private static void backward(Weights weights) {
    try (NDManager step = Torch.engine().newBaseManager();
        GradientCollector gradients = Torch.engine().newGradientCollector()) {
      NDArray k = weights.get("k").mul(step.create(new float[] {3, -4})).sum();
      NDArray loss = k.add(weights.get("b").mul(12).sum());
      gradients.backward(loss);
    }
  }

  private static Weights weights(NDManager manager) {
    return new Weights(
        manager,
        TENSORS,
        Map.of("k", Tensor.vector(new float[] {1, 2}), "b", Tensor.vector(new float[] {3})));
  }

  private static Adam adam(
      NDManager manager, Weights weights, OptimiserKind kind, double decay, double clip) {
    Map<String, Tensor> zeros = Adam.noMoments(TENSORS);
    assertThat(Objects.requireNonNull(zeros.get("k")).values()).containsExactly(0, 0);
    return new Adam(manager, spec(kind, decay, clip), TENSORS, weights, zeros, zeros);
  }

  private static OptimiserSpec spec(OptimiserKind kind, double decay, double clip) {
    return new OptimiserSpec(kind, 0.01, decay, 0, new Constant(), clip, 0.999);
  }
}
