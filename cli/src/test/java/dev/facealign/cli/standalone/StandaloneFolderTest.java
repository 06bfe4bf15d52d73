package dev.facealign.cli.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facealign.cli.invocation.CommandFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StandaloneFolderTest {
  @TempDir private Path temporary = Path.of("");
  private DataFolder folder = new DataFolder(Path.of(""));

  @BeforeEach
  void create() {
    folder = new DataFolder(temporary.resolve("data"));
    folder.create();
  }

  @Test
  void aFolderInUseNamesTheProcessThatHasItUntilThatIsKilled() throws Exception {
    // Given
    Path taken = temporary.resolve("taken");
    Process holder =
        new ProcessBuilder(TestProgram.command("lock", folder.root().toString(), taken.toString()))
            .inheritIO()
            .start();
    try {
      await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(taken));

      // When, Then
      assertThatThrownBy(() -> FolderLock.acquire(folder))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining(
              "data folder " + folder.root() + " is in use by process " + holder.pid())
          .hasMessageContaining("expected: one `facealign up` per folder");
      assertThat(StandaloneState.running(folder)).isPresent();
    } finally {
      // When
      holder.destroyForcibly().waitFor();
    }

    // Then
    assertThatCode(() -> FolderLock.acquire(folder).close()).doesNotThrowAnyException();
    assertThat(StandaloneState.read(folder)).as("the orphan is still there").isPresent();
    assertThat(StandaloneState.running(folder)).as("and not taken for a suite").isEmpty();
  }

  @Test
  void aStateIsReadAsItWasWritten() throws Exception {
    // Given
    StandaloneState state = StandaloneState.ofThisProcess(new Ports(200), Trainers.ONE);

    // When
    state.write(folder);

    // Then
    assertThat(StandaloneState.running(folder)).contains(state);
    assertThat(state.services().get("pca-service"))
        .isEqualTo(new StandaloneState.Endpoints("127.0.0.1:25252", "127.0.0.1:8252"));
  }

  @Test
  void anotherProcessWithTheSameNumberIsNotTheSuite() throws Exception {
    // Given a state written before this process began
    StandaloneState old =
        new StandaloneState(
            ProcessHandle.current().pid(),
            Instant.parse("2020-01-01T00:00:00Z").toString(),
            0,
            "127.0.0.1:19092",
            Map.of());

    // When
    old.write(folder);

    // Then
    assertThat(StandaloneState.running(folder)).isEmpty();
  }

  @Test
  void aStateThatCannotBeReadIsNone() throws Exception {
    // Given
    Files.writeString(folder.stateFile(), "{\"pid\": \"x");

    // When, Then
    assertThat(StandaloneState.running(folder)).isEmpty();
  }

  @Test
  void aUsedPortIsNamedWithItsOwner() throws Exception {
    // Given
    Ports ports = new Ports(7000);
    try (ServerSocket used =
        new ServerSocket(ports.grpc(SuiteService.INFERENCE), 1, InetAddress.getLoopbackAddress())) {
      assertThat(used.isBound()).isTrue();

      // When, Then
      assertThatThrownBy(() -> ports.requireFree(Trainers.ONE, Duration.ZERO))
          .hasMessage(
              "port 32051 (inference-service): in use (expected: free; choose others with --port-offset)");
    }

    // When, Then
    assertThatCode(() -> ports.requireFree(Trainers.ONE, Duration.ofSeconds(5)))
        .doesNotThrowAnyException();
  }

  @Test
  void portsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Ports(20_000))
        .hasMessage("--port-offset: 20000 (expected: 0 to 7000)");
  }
}
