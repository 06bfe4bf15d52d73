package dev.facealign.trainer.faults;

import dev.facealign.testkit.JavaProcess;
import dev.facealign.trainer.TrainerApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A trainer-service in a process of its own. */
final class WorkerProcess implements AutoCloseable {
  private final String name;
  private final JavaProcess process;

  private WorkerProcess(String name, JavaProcess process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts a worker; it need not take jobs yet.
   *
   * @param name its name in events
   * @param logs takes its output
   * @param settings properties of the service
   */
  static WorkerProcess start(String name, Path logs, Map<String, String> settings) {
    List<String> options = new ArrayList<>();
    options.add("-Xmx640m");
    options.add("-Dai.djl.offline=true");
    options.add("-Dlogback.configurationFile=logback.xml");
    options.add("-Dfacealign.trainer.worker-id=" + name);
    options.add("-Dfacealign.standalone.parent-pid=" + ProcessHandle.current().pid());
    settings.forEach((key, value) -> options.add("-D" + key + "=" + value));
    return new WorkerProcess(
        name,
        JavaProcess.start(
            logs.resolve(name + ".log"), TrainerApplication.class, options, List.of()));
  }

  String name() {
    return name;
  }

  /** Waits until it takes jobs. */
  WorkerProcess awaitTaking() {
    process.awaitLog("worker takes jobs");
    return this;
  }

  /** Waits until it can answer: the topics are there and the event log is read. */
  void awaitReady() {
    process.awaitLog("readiness changed ready=true");
  }

  /** Waits until it has logged a text. */
  void awaitLog(String text) {
    process.awaitLog(text);
  }

  boolean logged(String text) {
    return process.logged(text);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL; gives the time it was sent. */
  Instant kill() {
    Instant killed = process.signal("KILL");
    process.close();
    return killed;
  }

  /** SIGSTOP: it makes no step until it is told to go on, and knows nothing of the pause. */
  Instant freeze() {
    return process.signal("STOP");
  }

  /** SIGCONT. */
  Instant thaw() {
    return process.signal("CONT");
  }

  /** SIGTERM. */
  Instant terminate() {
    return process.signal("TERM");
  }

  /** Its exit status once it has ended by itself. */
  int awaitExit(Duration patience) {
    return process.awaitExit(patience);
  }

  @Override
  public void close() {
    process.close();
  }
}
