package dev.facealign.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.facealign.trainer.job.NetworkKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients of whole networks in training, in float64, against differences of outputs. */
class NetworkGradientTest {

  private static final int SIZE = 32;
  private static final int FACES = 4;
  private static final int OUTPUTS = 4;
  private static final double STEP = 1e-6;

  @ParameterizedTest
  @EnumSource
  void areTheSlopesOfTheLoss(NetworkKind kind) {
    // Given a network that drops what it may
    Network network =
        new Network(Architecture.of(kind), OUTPUTS, new Regularisation(0.3, 0.4, 0.9));
    Map<String, Tensor> values = Initialiser.draw(network, null, 5);
    List<TensorSpec> learnt =
        network.tensors().stream().filter(tensor -> tensor.role().learnt()).toList();
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Weights weights = new Weights(manager, network.tensors(), values, DataType.FLOAT64)) {
      NDArray pictures = array(manager, 1, new Shape(FACES, 3, SIZE, SIZE));
      NDArray wanted = array(manager, 2, new Shape(FACES, OUTPUTS));
      learnt.forEach(tensor -> weights.get(tensor.name()).setRequiresGradient(true));
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      try (GradientCollector collector = engine().newGradientCollector()) {
        collector.backward(loss(network, weights, pictures, wanted));
        learnt.forEach(
            t -> gradients.put(t.name(), weights.get(t.name()).getGradient().duplicate()));
      }
      learnt.forEach(tensor -> weights.get(tensor.name()).setRequiresGradient(false));
      // When all tensors are moved a little along a line on which each role has the same slope
      Map<String, NDArray> line = new LinkedHashMap<>();
      double expected = 0;
      for (TensorSpec.Role role : TensorSpec.Role.values()) {
        Map<String, NDArray> part = new LinkedHashMap<>();
        double slope = 0;
        for (TensorSpec tensor : learnt) {
          if (tensor.role() == role) {
            NDArray direction = array(manager, tensor.name().hashCode(), tensor.shape());
            NDArray gradient = Objects.requireNonNull(gradients.get(tensor.name()));
            slope += direction.mul(gradient).sum().getDouble();
            part.put(tensor.name(), direction);
          }
        }
        if (!part.isEmpty()) {
          assertThat(slope).describedAs("%s", role).isNotZero();
          double unit = 1 / slope;
          part.forEach((name, direction) -> line.put(name, direction.mul(unit)));
          expected++;
        }
      }
      move(weights, line, STEP);
      double above = loss(network, weights, pictures, wanted).getDouble();
      move(weights, line, -2 * STEP);
      double below = loss(network, weights, pictures, wanted).getDouble();
      // Then
      assertThat((above - below) / (2 * STEP)).isCloseTo(expected, within(1e-3));
    }
  }

  @Test
  void readNoMemoryThatTheGarbageCollectorHasGivenAway() {
    // Given a forward pass, after which Java's collector runs and freed memory is written over
    Network network =
        new Network(Architecture.of(NetworkKind.MOBILENET_V2), OUTPUTS, Regularisation.NONE);
    Map<String, Tensor> values = Initialiser.draw(network, null, 5);
    Shape shape = new Shape(16, 3, 64, 64);
    float[] undisturbed = stemGradient(network, values, shape, () -> {});
    List<ByteBuffer> written = new ArrayList<>();
    Runnable collect =
        () -> {
          for (int i = 0; i < 3; i++) {
            System.gc();
            for (int k = 0; k < 20; k++) {
              ByteBuffer buffer = ByteBuffer.allocateDirect((int) shape.size() * Float.BYTES);
              while (buffer.hasRemaining()) {
                buffer.putFloat(Float.NaN);
              }
              written.add(buffer);
            }
          }
        };
    // When the gradient is taken
    float[] disturbed = stemGradient(network, values, shape, collect);
    // Then
    assertThat(written).isNotEmpty();
    assertThat(disturbed).containsExactly(undisturbed);
  }

  /** Of the layer that reads the pictures. */
  private static float[] stemGradient(
      Network network, Map<String, Tensor> values, Shape shape, Runnable betweenPasses) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Weights weights = new Weights(manager, network.tensors(), values);
        GradientCollector collector = engine().newGradientCollector()) {
      NDArray stem = weights.get("stem/kernel");
      stem.setRequiresGradient(true);
      NDArray pictures = array(manager, 1, shape).toType(DataType.FLOAT32, false);
      NDArray sum = network.train(weights, pictures).landmarks().square().sum();
      betweenPasses.run();
      collector.backward(sum);
      return stem.getGradient().toFloatArray();
    }
  }

  private static NDArray loss(Network network, Weights weights, NDArray pictures, NDArray wanted) {
    // The same are dropped every time.
    engine().setRandomSeed(7);
    return network.train(weights, pictures).landmarks().sub(wanted).square().sum();
  }

  private static void move(Weights weights, Map<String, NDArray> line, double step) {
    line.forEach((name, direction) -> weights.get(name).addi(direction.mul(step)));
  }

  /** Numbers in [-1, 1). */
  private static NDArray array(NDManager manager, long seed, Shape shape) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = random.doubles(shape.size(), -1, 1).toArray();
    return manager.create(values, shape);
  }

  private static Engine engine() {
    return Engine.getEngine("PyTorch");
  }
}
