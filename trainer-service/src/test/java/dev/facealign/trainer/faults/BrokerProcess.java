package dev.facealign.trainer.faults;

import dev.facealign.broker.BrokerApplication;
import dev.facealign.testkit.FreePorts;
import dev.facealign.testkit.JavaProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A broker in a process of its own, which keeps folder and ports when it is killed and started. */
final class BrokerProcess implements AutoCloseable {
  private final Path folder;
  private final Path logs;
  private final int port;
  private final int controllerPort;
  private JavaProcess process;
  private int starts;

  private BrokerProcess(Path folder, Path logs, int port, int controllerPort) {
    this.folder = folder;
    this.logs = logs;
    this.port = port;
    this.controllerPort = controllerPort;
    this.process = launch();
  }

  /**
   * Starts a broker; it need not serve yet.
   *
   * @param folder its data
   * @param logs takes its output
   */
  static BrokerProcess start(Path folder, Path logs, FreePorts ports) {
    return new BrokerProcess(folder, logs, ports.next(), ports.next());
  }

  private JavaProcess launch() {
    starts++;
    return JavaProcess.start(
        logs.resolve("broker-" + starts + ".log"),
        BrokerApplication.class,
        List.of("-Xmx384m"),
        List.of(
            "--dir", folder.toString(),
            "--port", Integer.toString(port),
            "--controller-port", Integer.toString(controllerPort),
            "--parent-pid", Long.toString(ProcessHandle.current().pid())));
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  void awaitReady() {
    process.awaitLog("broker ready");
  }

  /** SIGKILL. */
  Instant kill() {
    Instant killed = process.signal("KILL");
    process.close();
    return killed;
  }

  /** Starts it once more with what it had, and waits until it serves. */
  void restart() {
    process = launch();
    awaitReady();
  }

  @Override
  public void close() {
    process.close();
  }
}
