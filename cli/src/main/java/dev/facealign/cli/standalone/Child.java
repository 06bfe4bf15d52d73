package dev.facealign.cli.standalone;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One child process and where it stands. Launched and looked after by one thread at a time; asked
 * about and ended by any.
 *
 * <pre>
 *   (new) ──launch──► Starting ──ready──► Running
 *                        │                   │
 *                        └───────died────────┤
 *                                            ▼
 *            Starting ◄──launch── Waiting (delay)
 * </pre>
 */
final class Child {
  /** Where a child stands. */
  sealed interface State {
    /** Not started yet. */
    record New() implements State {}

    /** Its process runs but cannot be used yet. */
    record Starting(Instant since) implements State {}

    /** It can be used. */
    record Running() implements State {}

    /** It died and is started again at a moment. */
    record Waiting(Instant until) implements State {}
  }

  private final Program program;
  private List<Instant> restarts = new ArrayList<>();
  private State state = new State.New();
  private volatile @Nullable Process process;

  Child(Program program) {
    this.program = program;
  }

  Program program() {
    return program;
  }

  String name() {
    return program.name();
  }

  State state() {
    return state;
  }

  List<Instant> restarts() {
    return restarts;
  }

  void restarts(List<Instant> recent) {
    restarts = new ArrayList<>(recent);
  }

  void launch(Instant now) throws IOException {
    List<String> command = new ArrayList<>();
    // A terminal sends Ctrl-C to all processes in its foreground group. Children must not act on
    // it: the supervisor
    // stops them in order. A signal that is ignored stays so across exec, and the JVM leaves it
    // alone.
    command.addAll(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", program.name()));
    command.addAll(program.command());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(program.environment());
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(program.log().toFile()));
    process = builder.start();
    state = new State.Starting(now);
  }

  void markRunning() {
    state = new State.Running();
  }

  void markWaiting(Instant until) {
    state = new State.Waiting(until);
  }

  /** Whether its process is there. */
  boolean isAlive() {
    Process current = process;
    return current != null && current.isAlive();
  }

  /** Its process, started or not; -1 stands for none. */
  long pid() {
    Process current = process;
    return current == null ? -1 : current.pid();
  }

  /** How its process ended; only when it did. */
  int exitCode() {
    Process current = process;
    return current == null ? -1 : current.exitValue();
  }

  /** Asks its process to end (SIGTERM). */
  void terminate() {
    Process current = process;
    if (current != null) {
      current.destroy();
    }
  }

  /** Ends its process for certain (SIGKILL) and waits for that. */
  void kill() throws InterruptedException {
    Process current = process;
    if (current != null) {
      current.destroyForcibly().waitFor();
    }
  }

  /** Waits for its process to end. */
  boolean awaitEnd(Duration bound) throws InterruptedException {
    Process current = process;
    return current == null || current.waitFor(Math.max(0, bound.toMillis()), TimeUnit.MILLISECONDS);
  }
}
