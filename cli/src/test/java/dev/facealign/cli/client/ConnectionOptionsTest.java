package dev.facealign.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.cli.TestConsole;
import dev.facealign.cli.standalone.DataFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionOptionsTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();

  private String whereModelsAreLookedFor(Map<String, String> environment, String... more) {
    String[] arguments =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of("models", "list"), java.util.Arrays.stream(more))
            .toArray(String[]::new);
    console.run(folder, environment, arguments);
    return console.err().get(console.err().size() - 1);
  }

  @Test
  void anOptionGoesBeforeTheEnvironmentAndThatBeforeTheRunningSuite() throws Exception {
    // Given a suite that claims to run as this process
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(
        data.resolve("standalone.json"),
        """
        {"pid": %d, "startedAt": "2999-01-01T00:00:00Z", "portOffset": 0, "kafka": "127.0.0.1:9",
         "services": {"inference-service": {"grpc": "127.0.0.1:7", "http": "127.0.0.1:8"}}}
        """
            .formatted(ProcessHandle.current().pid()));
    Map<String, String> environment = Map.of("FACEALIGN_INFERENCE_ADDRESS", "127.0.0.1:6");

    // When, Then
    assertThat(whereModelsAreLookedFor(environment, "--inference", "127.0.0.1:5"))
        .contains("inference-service at 127.0.0.1:5 does not answer");
    assertThat(whereModelsAreLookedFor(environment)).contains("127.0.0.1:6");
    assertThat(whereModelsAreLookedFor(Map.of("FACEALIGN_DATA", "data"))).contains("127.0.0.1:7");
    assertThat(whereModelsAreLookedFor(Map.of(), "--data", "data")).contains("127.0.0.1:7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "host:0", "host:70000", "host:x", ":5", "::1:25051"})
  void addressesOfTheWrongFormAreRefused(String text) {
    assertThatThrownBy(() -> ServiceAddress.parse(text, "--pca"))
        .hasMessage("--pca: " + text + " (expected: HOST:PORT, such as 127.0.0.1:25051)");
  }

  @Test
  void addressesAreRead() {
    assertThat(ServiceAddress.parse("db.example:25051", "--pca"))
        .isEqualTo(new ServiceAddress("db.example", 25051));
    assertThat(ServiceAddress.parse("[::1]:25051", "--pca")).hasToString("[::1]:25051");
  }

  @Test
  void aDatasetFolderIsLinkedUnderItsName() throws Exception {
    // Given
    DataFolder data = new DataFolder(folder.resolve("data"));
    data.create();
    Path faces = Files.createDirectory(folder.resolve("faces"));
    Path others = Files.createDirectory(folder.resolve("others"));

    // When
    DatasetArgument.link(data, "300w", faces);
    DatasetArgument.link(data, "300w", faces);

    // Then
    assertThat(data.datasets().resolve("300w").toRealPath()).isEqualTo(faces.toRealPath());
    assertThatThrownBy(() -> DatasetArgument.link(data, "300w", others))
        .hasMessageContaining("stands for " + faces.toRealPath() + " already")
        .hasMessageContaining("NAME=DIR");
    assertThatThrownBy(() -> DatasetArgument.link(data, ".hidden", others))
        .hasMessageStartingWith("dataset name: .hidden");

    // When its folder goes away, the name is free again
    Files.delete(faces);
    DatasetArgument.link(data, "300w", others);

    // Then
    assertThat(data.datasets().resolve("300w").toRealPath()).isEqualTo(others.toRealPath());
  }

  @Test
  void aDatasetFolderNeedsASuiteOnThisMachine() throws Exception {
    // Given
    Files.createDirectory(folder.resolve("faces"));

    // When
    int exitCode = console.run(folder, Map.of(), "shape", "fit", "--dataset", "./faces");

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(console.err().get(0))
        .contains("a folder is only known to a suite of `facealign up`");
  }
}
