package dev.facealign.evaluation;

import static org.awaitility.Awaitility.await;

import dev.facealign.testkit.FreePorts;
import dev.facealign.testkit.JavaProcess;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An eval-service in a process of its own, and a client. */
final class EvaluationProcess extends EvaluationClient {
  private static final Duration SOON = Duration.ofMinutes(2);

  private final JavaProcess process;

  private EvaluationProcess(int port, JavaProcess process) {
    super(port);
    this.process = process;
  }

  /**
   * Starts it with the folders {@code artifacts} and {@code datasets} below a folder, and waits
   * until it serves.
   *
   * @param log takes its output
   * @param heapMib its heap, MiB
   * @param more settings that replace or join the usual ones
   */
  static EvaluationProcess start(
      Path log,
      int heapMib,
      String bootstrapServers,
      String inference,
      Path folder,
      Map<String, String> more) {
    int port = new FreePorts().next();
    List<String> options = new ArrayList<>();
    options.add("-Xmx" + heapMib + "m");
    options.add("-XX:+ExitOnOutOfMemoryError");
    options.add("-Dgrpc.server.port=" + port);
    options.add("-Dmicronaut.server.port=-1");
    options.add("-Dfacealign.kafka.bootstrap-servers=" + bootstrapServers);
    options.add("-Dfacealign.inference.address=" + inference);
    options.add("-Dfacealign.artifacts.root=" + folder.resolve("artifacts"));
    options.add("-Dfacealign.datasets.root=" + folder.resolve("datasets"));
    options.add("-Dfacealign.standalone.parent-pid=" + ProcessHandle.current().pid());
    more.forEach((key, value) -> options.add("-D" + key + "=" + value));
    EvaluationProcess started =
        new EvaluationProcess(
            port, JavaProcess.start(log, EvalApplication.class, options, List.of()));
    await().atMost(SOON).ignoreExceptions().until(() -> started.health() == ServingStatus.SERVING);
    return started;
  }

  /** SIGKILL. */
  void kill() {
    process.signal("KILL");
    process.close();
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    super.close();
    process.close();
  }
}
