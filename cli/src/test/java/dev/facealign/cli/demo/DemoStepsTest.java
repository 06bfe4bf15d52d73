package dev.facealign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.facealign.cli.TestConsole;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.standalone.DataFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoStepsTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();

  @Test
  void stepsAreNumberedAndTimed() throws Exception {
    // Given
    DemoSteps steps = new DemoSteps(console.console(), 2);

    // When
    int faces = steps.run("render", null, () -> 1700, n -> n + " faces");

    // Then
    assertThat(faces).isEqualTo(1700);
    assertThat(console.err().get(0)).isEqualTo("[1/2] render");
    assertThat(console.err().get(1)).matches(" +0\\.\\ds  1700 faces");
    assertThat(steps.taken()).hasSize(1);
  }

  @Test
  void aStepThatFailsNamesItselfTheReasonAndTheLogsEnd() throws Exception {
    // Given
    Path log = folder.resolve("trainer-service.log");
    Files.writeString(log, "first\nCUDA is away\n");
    DemoSteps steps = new DemoSteps(console.console(), 7);

    // When, Then
    assertThatThrownBy(
            () ->
                steps.run(
                    "train",
                    log,
                    () -> {
                      throw new CommandFailure("job demo-1 failed: loss: NaN (expected: finite)");
                    },
                    nothing -> ""))
        .hasMessage(
            "demo: step 1 of 7 (train) failed: job demo-1 failed: loss: NaN (expected: finite)")
        .asInstanceOf(type(CommandFailure.class))
        .satisfies(
            failure ->
                assertThat(failure.details())
                    .containsExactly("log: " + log, "  | first", "  | CUDA is away"));
  }

  @Test
  void onlyTheDemosOwnDataIsForgotten() throws Exception {
    // Given
    DemoFolder own =
        new DemoFolder(folder.resolve("out"), new DataFolder(folder.resolve("own")), true);
    DemoFolder users =
        new DemoFolder(folder.resolve("out"), new DataFolder(folder.resolve("users")), false);
    for (DemoFolder each : new DemoFolder[] {own, users}) {
      each.create();
      Files.createDirectories(each.data().artifacts().resolve("models/abc"));
      Files.writeString(each.data().artifacts().resolve("models/abc/model.onnx"), "weights");
      Files.createDirectories(each.data().datasets().resolve("rendered-faces"));
    }

    // When
    own.forgetRunBefore();
    users.forgetRunBefore();

    // Then
    assertThat(own.data().artifacts()).isEmptyDirectory();
    assertThat(own.data().datasets().resolve("rendered-faces")).exists();
    assertThat(users.data().artifacts().resolve("models/abc/model.onnx")).exists();
  }

  @Test
  void aFolderThatWasThereBeforeIsNotTheDemos() throws Exception {
    // Given
    DataFolder data = new DataFolder(folder.resolve("precious"));
    Files.createDirectories(data.artifacts());
    Files.writeString(data.artifacts().resolve("model.onnx"), "weights");
    DemoFolder demo = new DemoFolder(folder.resolve("out"), data, true);

    // When
    demo.create();
    demo.forgetRunBefore();

    // Then
    assertThat(data.artifacts().resolve("model.onnx")).exists();
  }
}
