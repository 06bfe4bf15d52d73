package dev.facealign.cli.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SupervisorTest {
  private static final Supervisor.Bounds BOUNDS =
      new Supervisor.Bounds(Duration.ofSeconds(30), Duration.ofSeconds(10));

  @TempDir private Path folder = Path.of("");
  private final List<String> news = new CopyOnWriteArrayList<>();

  private final SupervisorNews listener =
      new SupervisorNews() {
        @Override
        public void ready(String child, Duration after) {
          news.add(child + " ready");
        }

        @Override
        public void restarting(
            Program program, int exitCode, Duration delay, int restart, int mostRestarts) {
          news.add(program.name() + " restart " + restart);
        }

        @Override
        public void back(String child, Duration after) {
          news.add(child + " back");
        }

        @Override
        public void killed(String child, Duration bound) {
          news.add(child + " killed");
        }
      };

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Program serving(String name, String mode, int port) {
    return TestProgram.program(
        name, folder, Readiness.serving(Ports.HOST, port), mode, Integer.toString(port));
  }

  private Supervisor supervisor(RestartPolicy policy, Supervisor.Bounds bounds, Program... stages) {
    return new Supervisor(
        java.util.Arrays.stream(stages).map(List::of).toList(), listener, policy, bounds);
  }

  @Test
  void startsStageByStageAndStopsTheLastStageFirst() throws Exception {
    // Given
    int brokerPort = freePort();
    int servicePort = freePort();
    Supervisor supervisor =
        supervisor(
            RestartPolicy.USUAL,
            BOUNDS,
            serving("broker", "serve", brokerPort),
            serving("service", "serve", servicePort));

    // When
    supervisor.start();

    // Then
    assertThat(news).containsExactly("broker ready", "service ready");
    assertThat(Readiness.serving(Ports.HOST, servicePort).isReady()).isTrue();

    // When
    supervisor.close();

    // Then
    assertThat(Readiness.accepting(Ports.HOST, servicePort).isReady()).isFalse();
    assertThat(Readiness.accepting(Ports.HOST, brokerPort).isReady()).isFalse();
    assertThat(news).doesNotContain("broker killed", "service killed");
  }

  @Test
  void aChildThatDiesWhileStartingIsNamedWithItsLog() {
    // Given
    Program dying = TestProgram.program("trainer-service", folder, () -> false, "die");

    // When
    try (Supervisor supervisor = supervisor(RestartPolicy.USUAL, BOUNDS, dying)) {
      assertThatThrownBy(supervisor::start)
          // Then
          .isInstanceOf(ChildFailure.class)
          .hasMessage("trainer-service ended with exit code 3");
    }
    assertThat(LogTail.of(dying.log(), 5)).containsExactly("the disk is full");
  }

  @Test
  void aChildThatNeverServesIsNamedWhenItsTimeIsOver() throws Exception {
    // Given
    Supervisor.Bounds impatient =
        new Supervisor.Bounds(Duration.ofSeconds(2), Duration.ofSeconds(10));

    // When
    try (Supervisor supervisor =
        supervisor(
            RestartPolicy.USUAL, impatient, serving("inference-service", "mute", freePort()))) {
      assertThatThrownBy(supervisor::start)
          // Then
          .hasMessage("inference-service is not ready after 2 s (expected: health SERVING)");
    }
  }

  @Test
  void aChildThatDiesLaterIsStartedAgain() throws Exception {
    // Given
    int port = freePort();
    try (Supervisor supervisor =
        supervisor(RestartPolicy.USUAL, BOUNDS, serving("eval-service", "serve", port))) {
      supervisor.start();

      // When
      killChildren();

      // Then
      await().atMost(Duration.ofSeconds(20)).until(() -> news.contains("eval-service back"));
      assertThat(news)
          .containsExactly("eval-service ready", "eval-service restart 1", "eval-service back");
      assertThat(Readiness.serving(Ports.HOST, port).isReady()).isTrue();
    }
  }

  private static void killChildren() {
    ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void aChildThatDiesTooOftenEndsTheSupervision() throws Exception {
    // Given
    RestartPolicy strict =
        new RestartPolicy(1, Duration.ofMinutes(5), Duration.ZERO, Duration.ZERO);
    Program dying = TestProgram.program("pca-service", folder, () -> true, "die");
    try (Supervisor supervisor = supervisor(strict, BOUNDS, dying)) {
      supervisor.start();

      // When, Then
      assertThatThrownBy(supervisor::awaitEnd)
          .isInstanceOf(ChildFailure.class)
          .hasMessage("pca-service ended with exit code 3 after 1 restarts in 5 minutes");
    }
  }

  @Test
  void aChildThatDoesNotEndIsKilled() throws Exception {
    // Given
    int port = freePort();
    Supervisor supervisor =
        supervisor(
            RestartPolicy.USUAL,
            new Supervisor.Bounds(Duration.ofSeconds(30), Duration.ofSeconds(1)),
            serving("inference-service", "stubborn", port));
    supervisor.start();

    // When
    supervisor.close();

    // Then
    assertThat(news).containsExactly("inference-service ready", "inference-service killed");
    assertThat(Readiness.accepting(Ports.HOST, port).isReady()).isFalse();
  }

  @Test
  void ctrlCDoesNotReachTheChildren() throws Exception {
    // Given
    int port = freePort();
    try (Supervisor supervisor =
        supervisor(RestartPolicy.USUAL, BOUNDS, serving("broker", "serve", port))) {
      supervisor.start();
      long child = ProcessHandle.current().children().findFirst().orElseThrow().pid();

      // When
      new ProcessBuilder("kill", "-INT", Long.toString(child)).start().waitFor();

      // Then
      await()
          .during(Duration.ofMillis(700))
          .atMost(Duration.ofSeconds(5))
          .until(() -> Readiness.serving(Ports.HOST, port).isReady());
      assertThat(news).containsExactly("broker ready");
    }
  }

  @Test
  void stoppingWhileStartingLeavesNothingBehind() throws Exception {
    // Given
    int port = freePort();
    Supervisor supervisor =
        supervisor(RestartPolicy.USUAL, BOUNDS, serving("broker", "mute", port));
    Thread starting =
        new Thread(
            () -> {
              try {
                supervisor.start();
              } catch (ChildFailure | InterruptedException e) {
                news.add(String.valueOf(e.getMessage()));
              }
            });
    starting.start();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Readiness.accepting(Ports.HOST, port).isReady());

    // When
    supervisor.close();

    // Then
    starting.join();
    assertThat(news).isEmpty();
    assertThat(Readiness.accepting(Ports.HOST, port).isReady()).isFalse();
  }
}
