package dev.facealign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FacealignTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();

  private int run(String... arguments) {
    return console.run(folder, Map.of(), arguments);
  }

  @Test
  void wrongUsageExitsWithTwoAndALineOrTwo() {
    assertThat(run("train", "--epochs", "many")).isEqualTo(2);
    assertThat(console.err())
        .containsExactly(
            "facealign: Invalid value for option '--epochs': 'many' is not an int",
            "see: facealign train --help");
  }

  @Test
  void aMisspeltCommandGetsASuggestion() {
    assertThat(run("jobs", "lst")).isEqualTo(2);
    assertThat(console.err()).contains("  did you mean list?");
  }

  @Test
  void aGroupWithoutACommandShowsItsCommands() {
    assertThat(run("models")).isEqualTo(2);
    assertThat(console.err()).anyMatch(line -> line.contains("rollback"));
  }

  @Test
  void withoutTheProjectNothingCanBeStarted() {
    assertThat(run("up", "--port-offset", "6500")).isEqualTo(1);
    assertThat(console.err().get(0)).startsWith("facealign: FACEALIGN_HOME: not set");
  }

  @Test
  void anUnbuiltProjectIsSaid() {
    assertThat(
            console.run(
                folder, Map.of("FACEALIGN_HOME", folder.toString()), "up", "--port-offset", "6500"))
        .isEqualTo(1);
    assertThat(console.err().get(0)).startsWith("facealign: broker: not built");
  }

  @Test
  void stackTracesAreOnlyShownWhenAskedFor() {
    run("up", "--port-offset", "-1");
    assertThat(console.err()).containsExactly("facealign: --port-offset: -1 (expected: 0 to 7000)");
    run("--verbose", "up", "--port-offset", "-1");
    assertThat(console.rawErr()).contains("at dev.facealign.cli.standalone.Ports");
  }
}
