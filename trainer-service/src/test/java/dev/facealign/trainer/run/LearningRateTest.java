package dev.facealign.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.trainer.job.OptimiserSpec;
import dev.facealign.trainer.job.OptimiserSpec.Constant;
import dev.facealign.trainer.job.OptimiserSpec.Cosine;
import dev.facealign.trainer.job.OptimiserSpec.OptimiserKind;
import dev.facealign.trainer.job.OptimiserSpec.RateSchedule;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateTest {

  @Test
  void risesInALineAndFallsAlongHalfACosine() {
    LearningRate rate = new LearningRate(spec(0.1, new Cosine()), 100);
    assertThat(rate.at(0)).isCloseTo(0.0001, within(1e-12));
    assertThat(rate.at(9)).isCloseTo(0.001, within(1e-12));
    assertThat(rate.at(10)).isCloseTo(0.001, within(1e-12));
    assertThat(rate.at(55)).isCloseTo(0.0005, within(1e-12));
    assertThat(rate.at(99)).isBetween(0.0, 1e-6);
  }

  @Test
  void staysAtItsPeak() {
    LearningRate rate = new LearningRate(spec(0, new Constant()), 100);
    assertThat(rate.at(0)).isEqualTo(0.001);
    assertThat(rate.at(99)).isEqualTo(0.001);
  }

  @Test
  void fallsInSteps() {
    LearningRate rate =
        new LearningRate(spec(0.1, new OptimiserSpec.Step(List.of(0.5, 0.75), 0.1)), 100);
    assertThat(rate.at(0)).isCloseTo(0.0001, within(1e-12));
    assertThat(rate.at(49)).isEqualTo(0.001);
    assertThat(rate.at(50)).isCloseTo(0.0001, within(1e-12));
    assertThat(rate.at(74)).isCloseTo(0.0001, within(1e-12));
    assertThat(rate.at(75)).isCloseTo(0.00001, within(1e-12));
    assertThat(rate.at(99)).isCloseTo(0.00001, within(1e-12));
  }

  @Test
  void isDefinedForARunOfOneStep() {
    assertThat(new LearningRate(spec(0.5, new Cosine()), 1).at(0)).isEqualTo(0.001);
  }

  private static OptimiserSpec spec(double warmupShare, RateSchedule schedule) {
    return new OptimiserSpec(OptimiserKind.ADAMW, 0.001, 0, warmupShare, schedule, 5, 0.999);
  }
}
