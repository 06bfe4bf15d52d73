package dev.facealign.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.TestConsole;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  @Test
  void tablesAlignTheirColumns() {
    // Given
    Table table = new Table("PHOTO", ">MS").row("a.jpg", "7.5").row("longer.jpg", "120.0");

    // When, Then
    assertThat(table.lines())
        .containsExactly("PHOTO          MS", "a.jpg         7.5", "longer.jpg  120.0");
  }

  @Test
  void aTerminalsProgressIsRedrawnInPlaceAndNewsGoAboveIt() {
    // Given
    TestConsole terminal = new TestConsole(true);

    // When
    try (ProgressLine line = terminal.console().progress()) {
      line.mark("epoch 1/2");
      terminal.console().say("trainer-service is back");
      line.mark("epoch 2/2");
    }

    // Then
    assertThat(terminal.rawErr())
        .isEqualTo(
            "epoch 1/2\r\u001B[2Ktrainer-service is back"
                + System.lineSeparator()
                + "epoch 1/2\r\u001B[2Kepoch 2/2\r\u001B[2K");
  }

  @Test
  void elsewhereOnlyMarksAreLines() {
    // Given
    TestConsole pipe = new TestConsole(false);

    // When
    try (ProgressLine line = pipe.console().progress()) {
      line.update("epoch 1/2 half");
      line.mark("epoch 1/2");
      line.update("epoch 2/2 half");
    }

    // Then
    assertThat(pipe.rawErr()).isEqualTo("epoch 1/2" + System.lineSeparator());
  }

  @Test
  void progressNeverWrapsALine() {
    // Given
    TestConsole terminal = new TestConsole(true);

    // When
    terminal.console().redraw("x".repeat(200));

    // Then
    assertThat(terminal.rawErr()).hasSize(79);
  }

  @Test
  void bars() {
    assertThat(ProgressLine.bar(0.3)).isEqualTo("[######..............]");
    assertThat(ProgressLine.bar(7)).isEqualTo("[####################]");
  }
}
