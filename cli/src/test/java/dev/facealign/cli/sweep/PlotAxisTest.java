package dev.facealign.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlotAxisTest {

  private static List<String> words(List<BigDecimal> ticks) {
    return ticks.stream().map(BigDecimal::toPlainString).toList();
  }

  @Test
  void aLogarithmicAxisIsLabelledWithinADecadeToo() {
    // When, Then
    assertThat(words(new PlotAxis(4.8, 24, true).ticks(12)))
        .containsExactly("5", "6", "7", "8", "9", "10", "12", "14", "16", "18", "20");
    assertThat(words(new PlotAxis(4.8, 24, true).ticks(6)))
        .containsExactly("5", "6", "8", "10", "15", "20");
    assertThat(words(new PlotAxis(4.8, 24, true).ticks(5))).containsExactly("5", "10", "20");
    assertThat(words(new PlotAxis(0.9, 101, true).ticks(5))).containsExactly("1", "10", "100");
  }

  @Test
  void aLinearAxisHasRoundStepsWithAsManyDecimals() {
    assertThat(words(new PlotAxis(4.83, 5.47, false).ticks(8)))
        .containsExactly("4.9", "5.0", "5.1", "5.2", "5.3", "5.4");
    assertThat(words(new PlotAxis(0, 60, false).wholeTicks(15)))
        .containsExactly(
            "0", "5", "10", "15", "20", "25", "30", "35", "40", "45", "50", "55", "60");
    assertThat(words(new PlotAxis(0, 2, false).wholeTicks(15))).containsExactly("0", "1", "2");
  }

  @Test
  void valuesThatGoFarApartGetALogarithmicAxis() {
    assertThat(PlotAxis.around(5, 20).logarithmic()).isTrue();
    assertThat(PlotAxis.around(5, 6).logarithmic()).isFalse();
    assertThat(PlotAxis.around(5, 5).share(5)).isCloseTo(0.5, within(1e-9));
    assertThat(new PlotAxis(1, 100, true).share(10)).isCloseTo(0.5, within(1e-9));
    assertThat(new PlotAxis(0, 4, false).share(1)).isCloseTo(0.25, within(1e-9));
    assertThatThrownBy(() -> new PlotAxis(0, 4, true)).hasMessageContaining("above 0");
  }
}
