package dev.facealign.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.facealign.trainer.job.AcrLossSpec.AcrConstant;
import dev.facealign.trainer.network.Torch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What autograd keeps of a loss for the backward pass must outlive a collection of garbage between
 * the two passes: memory that Java allocated and freed too early changed the gradient of a step now
 * and then.
 */
class LossMemoryTest {
  private static final int POINTS = 4;
  private static final float[] PREDICTED = {0.1f, -0.2f, 0.3f, 0.02f, -0.4f, 0.5f, 0f, 0.7f};
  private static final float[] TRUTH = {0f, 0f, 0.29f, 0.01f, -0.1f, 0.1f, 0f, 0.1f};
  private static final float[] PHI = {0f, 0.5f, 1f, 0.2f, 0.3f, 0.7f, 0.9f, 0f};

  static Stream<Arguments> losses() {
    return Stream.of(
        Arguments.of("ACR", new AcrLoss(3, 5, AcrConstant.CONTINUOUS)),
        Arguments.of("ACR as published", new AcrLoss(3, 5, AcrConstant.PUBLISHED)),
        Arguments.of("L2", new L2Loss(30)),
        Arguments.of("L1", new L1Loss(30)),
        Arguments.of("smooth L1", new SmoothL1Loss(2, 30)),
        Arguments.of("Wing", new WingLoss(10, 2, 30)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("losses")
  void aCollectionBetweenTheTwoPassesChangesNoGradient(String name, LandmarkLoss loss) {
    // When
    float[] disturbed = gradient(loss, LossMemoryTest::collectAndReuse);
    // Then
    assertThat(disturbed).isEqualTo(gradient(loss, () -> {}));
  }

  @Test
  void norThatOfTheCertaintyHead() {
    assertThat(certaintyGradient(LossMemoryTest::collectAndReuse))
        .isEqualTo(certaintyGradient(() -> {}));
  }

  private static float[] gradient(LandmarkLoss loss, Runnable between) {
    try (NDManager manager = Torch.engine().newBaseManager();
        GradientCollector collector = Torch.engine().newGradientCollector()) {
      NDArray predicted = manager.create(PREDICTED).reshape(1, 2 * POINTS);
      predicted.setRequiresGradient(true);
      NDArray truth = manager.create(TRUTH).reshape(1, 2 * POINTS);
      NDArray phi = manager.create(PHI).reshape(1, 2 * POINTS);
      NDArray mean = loss.mean(predicted, truth, phi);
      between.run();
      collector.backward(mean);
      return predicted.getGradient().toFloatArray();
    }
  }

  private static float[] certaintyGradient(Runnable between) {
    try (NDManager manager = Torch.engine().newBaseManager();
        GradientCollector collector = Torch.engine().newGradientCollector()) {
      // A head that expects far too little, and one that does not.
      NDArray logErrors = manager.create(new float[] {-9f, -2f, -4f, 0f}).reshape(1, POINTS);
      logErrors.setRequiresGradient(true);
      NDArray predicted = manager.create(PREDICTED).reshape(1, 2 * POINTS);
      NDArray truth = manager.create(TRUTH).reshape(1, 2 * POINTS);
      NDArray mean = CertaintyLoss.mean(logErrors, predicted, truth);
      between.run();
      collector.backward(mean);
      return logErrors.getGradient().toFloatArray();
    }
  }

  /** Frees what may be freed, and writes over it. */
  private static void collectAndReuse() {
    byte[] other = new byte[Double.BYTES];
    Arrays.fill(other, (byte) 0x41);
    for (int round = 0; round < 5; round++) {
      System.gc();
      for (int i = 0; i < 2000; i++) {
        ByteBuffer unused = ByteBuffer.allocateDirect(Double.BYTES).put(other);
      }
    }
  }
}
