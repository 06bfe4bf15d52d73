package dev.facealign.cli.standalone;

import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.invocation.StopOnSignal;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code facealign up}. */
@Command(
    name = "up",
    header = "Runs the whole suite on this machine until Ctrl-C.",
    description = {
      "",
      "A Kafka broker and the four services run as child processes, the trainer as often as asked. Everything they keep"
          + " is in one data folder, their logs in DIR/logs. What dies is started again, at most 5 times in 5 minutes. Further options for a"
          + " service's JVM are taken from FACEALIGN_TRAINER_JAVA_OPTS and so on."
    },
    exitCodeList = {
      "0:stopped by Ctrl-C or SIGTERM",
      "1:it could not start, or a service died too often",
      "2:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  facealign up",
      "  facealign up --data /srv/facealign --port-offset 1000",
      "  facealign up --trainers 2"
    })
public final class UpCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder (default: $$FACEALIGN_DATA, else `data` in the project).")
  private @Nullable Path data;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      description =
          "Added to every port (default: 0, that is 25051-25054, 8051-8054, 19092 and 19093; further trainers have"
              + " 25055, 8055 and those that follow).")
  private int portOffset;

  @Option(
      names = "--trainers",
      paramLabel = "N",
      description =
          "Jobs trained at once, each by a trainer of its own; they share the processors evenly unless OMP_NUM_THREADS"
              + " is set (default: ${DEFAULT-VALUE}; 0: jobs wait in the queue).")
  private int trainers = 1;

  @Option(
      names = "--start-timeout",
      paramLabel = "SECONDS",
      description = "How long the services may take to be ready (default: ${DEFAULT-VALUE}).")
  // Four JVMs on a busy machine of two processors took most of a minute.
  private int startTimeoutSeconds = 120;

  UpCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    Console console = invocation.console();
    DataFolder folder = DataFolder.of(data, invocation);
    Ports ports = new Ports(portOffset);
    Installation installation = Installation.of(invocation);
    StandaloneSuite suite =
        StandaloneSuite.prepare(
            folder,
            ports,
            new Trainers(trainers),
            installation,
            installation.shippedModels(),
            Duration.ofSeconds(startTimeoutSeconds),
            invocation);
    StopOnSignal onSignal = new StopOnSignal(() -> stop(suite, console), 0);
    try (suite) {
      console.say("starting in " + folder.root());
      suite.start();
      announce(suite, console);
      suite.awaitEnd();
    } finally {
      onSignal.close();
    }
    return 0;
  }

  private static void stop(StandaloneSuite suite, Console console) {
    console.say("stopping");
    suite.close();
    console.say("stopped");
  }

  private static void announce(StandaloneSuite suite, Console console) {
    Table table = new Table("SERVICE", "GRPC", "HEALTH AND METRICS");
    for (ServiceProcess process : suite.processes()) {
      table.row(
          process.name(),
          Ports.HOST + ":" + suite.ports().grpc(process),
          "http://" + Ports.HOST + ":" + suite.ports().http(process) + "/prometheus");
    }
    table.row("Kafka", Ports.HOST + ":" + suite.ports().kafka(), "");
    table.print(console);
    console.print("reports " + page(suite, SuiteService.EVALUATION, "reports"));
    console.print("training runs " + page(suite, SuiteService.TRAINER, "runs"));
    console.print("data " + suite.folder().root() + ", logs " + suite.folder().logs());
    console.print("try a photograph on " + page(suite, SuiteService.INFERENCE, ""));
    console.print("up; stop with Ctrl-C");
  }

  private static String page(StandaloneSuite suite, SuiteService service, String path) {
    return "http://" + Ports.HOST + ":" + suite.ports().http(service) + "/" + path;
  }
}
