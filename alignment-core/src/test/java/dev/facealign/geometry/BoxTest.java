package dev.facealign.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoxTest {
  @ParameterizedTest
  @CsvSource({
    "NaN, 0, 1, 1, box.x",
    "0, Infinity, 1, 1, box.y",
    "0, 0, 0, 1, box.width",
    "0, 0, -1, 1, box.width",
    "0, 0, 1, NaN, box.height",
    "0, 0, Infinity, 1, box.width"
  })
  void refusesWhatIsNoRectangle(double x, double y, double width, double height, String field) {
    assertThatThrownBy(() -> new Box(x, y, width, height))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.reason()).isEqualTo("BOX_INVALID");
              assertThat(fault.field()).isEqualTo(field);
              assertThat(fault).hasMessageContaining("expected");
            });
  }

  @Test
  void measuresItself() {
    // Given
    Box box = Box.of(1, 2, 4, 6);

    // Then
    assertThat(box).isEqualTo(new Box(1, 2, 3, 4));
    assertThat(box.centreX()).isEqualTo(2.5);
    assertThat(box.centreY()).isEqualTo(4);
    assertThat(box.diagonal()).isEqualTo(5);
    assertThat(box.longerSide()).isEqualTo(4);
  }

  @Test
  void comparesWithAnother() {
    // Given
    Box box = new Box(0, 0, 2, 2);

    // Then
    assertThat(box.intersectionOverUnion(box)).isEqualTo(1);
    assertThat(box.intersectionOverUnion(new Box(1, 0, 2, 2))).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(box.intersectionOverUnion(new Box(2, 0, 2, 2))).isZero();
    assertThat(box.overlaps(new Box(2, 0, 2, 2))).isFalse();
    assertThat(box.overlaps(new Box(1.9, 1.9, 2, 2))).isTrue();
  }
}
