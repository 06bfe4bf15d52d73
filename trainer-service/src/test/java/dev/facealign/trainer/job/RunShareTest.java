package dev.facealign.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RunShareTest {
  @Property
  void aShareThatIsAnEpochBeginsWithIt(
      @ForAll @IntRange(min = 1, max = 10_000) int epochs,
      @ForAll @IntRange(min = 0, max = 9_999) int epoch) {
    int first = epoch % epochs;
    assertThat(RunShare.first((double) first / epochs, epochs)).isEqualTo(first);
  }

  @Test
  void whatLiesBetweenTwoEpochsBeginsWithTheLater() {
    assertThat(RunShare.first(0.55, 100)).isEqualTo(55);
    assertThat(RunShare.first(0.555, 100)).isEqualTo(56);
    assertThat(RunShare.first(0, 100)).isZero();
    assertThat(RunShare.first(1, 100)).isEqualTo(100);
  }
}
