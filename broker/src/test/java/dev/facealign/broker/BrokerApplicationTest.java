package dev.facealign.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BrokerApplicationTest {

  @TempDir Path folder;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void servesUntilSigtermAndRefusesASecondOneInItsFolder() throws Exception {
    // Given
    int[] ports = LoopbackPorts.twoFree();
    Process broker = broker(folder, ports);
    assertThat(firstLine(broker)).isEqualTo("broker ready 127.0.0.1:" + ports[0]);

    // When
    Process second = broker(folder, LoopbackPorts.twoFree());
    Process samePort = broker(folder.resolve("other"), ports);

    // Then
    assertThat(second.waitFor()).isEqualTo(2);
    assertThat(errorLines(second))
        .containsExactly(
            "broker cannot start: folder: "
                + folder
                + " (expected: a folder no other broker uses; broker.lock is locked)");
    assertThat(samePort.waitFor()).isEqualTo(2);
    assertThat(errorLines(samePort))
        .containsExactly(
            "broker cannot start: port: "
                + ports[0]
                + " (expected: a free port of 127.0.0.1; another process listens on it)");

    // When
    broker.toHandle().destroy(); // unlike Process.destroy, leaves the streams open

    // Then
    assertThat(broker.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(broker.exitValue()).isZero();
  }

  @Test
  void endsWithItsParent() throws Exception {
    // Given
    Process parent = new ProcessBuilder("sleep", "600").start();
    processes.add(parent);
    Process broker =
        broker(folder, LoopbackPorts.twoFree(), "--parent-pid", Long.toString(parent.pid()));
    assertThat(firstLine(broker)).startsWith("broker ready ");

    // When
    parent.destroyForcibly().waitFor();

    // Then
    assertThat(broker.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(broker.exitValue()).isZero();
  }

  @Test
  void refusesArgumentsByName() throws Exception {
    // When
    Process broker = java("--dir", folder.toString(), "--port", "many");

    // Then
    assertThat(broker.waitFor()).isEqualTo(2);
    assertThat(errorLines(broker))
        .containsExactly("broker cannot start: --port: many (expected: a whole number)");
  }

  private Process broker(Path dir, int[] ports, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--dir", dir.toString(),
                "--port", Integer.toString(ports[0]),
                "--controller-port", Integer.toString(ports[1])));
    args.addAll(List.of(more));
    return java(args.toArray(String[]::new));
  }

  private Process java(String... args) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                BrokerApplication.class.getName()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }

  private static String firstLine(Process process) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    String line = reader.readLine();
    if (line == null) {
      throw new AssertionError("no line on standard output: " + errorLines(process));
    }
    return line;
  }

  private static List<String> errorLines(Process process) {
    return process.errorReader(StandardCharsets.UTF_8).lines().toList();
  }
}
