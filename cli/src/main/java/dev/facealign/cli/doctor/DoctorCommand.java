package dev.facealign.cli.doctor;

import com.google.gson.GsonBuilder;
import dev.facealign.cli.doctor.Finding.Level;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.standalone.DataFolder;
import dev.facealign.cli.standalone.Installation;
import dev.facealign.cli.standalone.Natives;
import dev.facealign.cli.standalone.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code facealign doctor}. */
@Command(
    name = "doctor",
    header = "Checks whether this machine can run the suite, and says what to do where it cannot.",
    description = {
      "",
      "Looks at Java, processors, memory (also of containers), folders, ports, native libraries, the model that comes"
          + " with facealign, and GPUs. Each native library is loaded by a process of its own. Nothing is changed."
    },
    exitCodeList = {
      "0:`facealign up` and `facealign detect` can run; there may be warnings",
      "1:something stops them",
      "2:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  facealign doctor",
      "  facealign doctor --data /srv/facealign --port-offset 1000",
      "  facealign doctor --kafka kafka.example.org:9092 --json"
    })
public final class DoctorCommand implements Callable<Integer> {
  private static final String INFERENCE = "inference-service";
  private static final String PROBES = "dev.facealign.inference.probe.";

  /** PyTorch's libraries are unpacked by the first who needs them. */
  private static final Duration PROBE_BOUND = Duration.ofMinutes(2);

  private static final long LEAST_DATA = 500 * ByteSize.MEBIBYTE;
  private static final long LEAST_CACHE = 600 * ByteSize.MEBIBYTE;
  private static final long LEAST_TEMPORARY = 200 * ByteSize.MEBIBYTE;

  private final Invocation invocation;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder (default: $$FACEALIGN_DATA, else `data` in the project).")
  private @Nullable Path data;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      description = "Added to every port, as for `facealign up` (default: ${DEFAULT-VALUE}).")
  private int portOffset;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description =
          "A Kafka of your own to look at (default: $$FACEALIGN_KAFKA_BOOTSTRAP_SERVERS, else none).")
  private @Nullable String kafka;

  @Option(names = "--json", description = "Write the findings as JSON.")
  private boolean json;

  DoctorCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** What {@code --json} writes. */
  private record Report(long problems, long warnings, List<Finding> findings) {}

  @Override
  public Integer call() throws InterruptedException {
    Console console = invocation.console();
    List<Finding> findings = new ArrayList<>();
    for (Check check : checks()) {
      Finding finding = check.look();
      findings.add(finding);
      if (!json) {
        print(finding, console);
      }
    }
    long problems = findings.stream().filter(f -> f.level() == Level.problem).count();
    long warnings = findings.stream().filter(f -> f.level() == Level.warning).count();
    if (json) {
      console.print(
          new GsonBuilder()
              .setPrettyPrinting()
              .disableHtmlEscaping()
              .create()
              .toJson(new Report(problems, warnings, findings)));
    } else {
      console.print("");
      console.print(summary(problems, warnings));
    }
    return problems == 0 ? 0 : 1;
  }

  private static void print(Finding finding, Console console) {
    console.print("%-8s %-16s %s".formatted(finding.level(), finding.check(), finding.found()));
    if (!finding.next().isEmpty()) {
      console.print(" ".repeat(26) + "next: " + finding.next());
    }
  }

  private static String summary(long problems, long warnings) {
    if (problems > 0) {
      return problems + (problems == 1 ? " problem stops" : " problems stop") + " the suite.";
    }
    return warnings == 0 ? "All is well." : "The suite can run; warnings: " + warnings + ".";
  }

  private List<Check> checks() {
    DataFolder folder = DataFolder.of(data, invocation);
    Installation installation = Installation.of(invocation);
    Natives natives = Natives.of(invocation);
    Ports ports = new Ports(portOffset);
    List<Check> checks = new ArrayList<>();
    checks.add(JavaCheck.ofProcess());
    checks.add(new ProcessorCheck(SystemFiles.REAL, Runtime.getRuntime().availableProcessors()));
    checks.add(new MemoryCheck(SystemFiles.REAL));
    checks.add(new LocaleCheck(System.getProperty("sun.jnu.encoding", "unknown")));
    checks.add(
        new FolderCheck(
            "data folder",
            folder.root(),
            LEAST_DATA,
            "choose another with --data or FACEALIGN_DATA"));
    checks.add(artifacts(folder));
    checks.add(
        new FolderCheck(
            "cache",
            natives.cacheFolder(),
            // Once it is there, PyTorch's libraries are in it.
            Files.isDirectory(natives.cacheFolder()) ? 0 : LEAST_CACHE,
            "choose another with XDG_CACHE_HOME"));
    checks.add(
        new FolderCheck(
            "temporary files",
            Path.of(System.getProperty("java.io.tmpdir")),
            LEAST_TEMPORARY,
            "choose another with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR"));
    checks.add(new PortCheck(ports, folder, new ListeningProcesses(SystemFiles.REAL)));
    checks.add(probe("OpenCV", INFERENCE, PROBES + "OpenCvProbe", installation, natives));
    checks.add(
        probe("ONNX Runtime", INFERENCE, PROBES + "OnnxRuntimeProbe", installation, natives));
    checks.add(
        probe(
            "PyTorch",
            "trainer-service",
            "dev.facealign.trainer.probe.PyTorchProbe",
            installation,
            natives));
    checks.add(model(installation, natives));
    checks.add(new GpuCheck(SystemFiles.REAL, installation));
    String address =
        kafka == null ? invocation.variable("FACEALIGN_KAFKA_BOOTSTRAP_SERVERS", "") : kafka;
    if (!address.isEmpty()) {
      checks.add(new KafkaCheck(address));
    }
    return checks;
  }

  private Check artifacts(DataFolder folder) {
    String variable = invocation.variable("FACEALIGN_ARTIFACTS_ROOT", "");
    Path root = variable.isEmpty() ? folder.artifacts() : invocation.resolve(Path.of(variable));
    return new FolderCheck(
        "artifacts", root, LEAST_DATA, "choose another with FACEALIGN_ARTIFACTS_ROOT");
  }

  private static Check model(Installation installation, Natives natives) {
    Optional<Path> models = installation.shippedModels();
    return models.isPresent()
        ? probe(
            "model",
            INFERENCE,
            PROBES + "ModelProbe",
            installation,
            natives,
            models.get().toString())
        : () ->
            Finding.problem(
                "model",
                installation.home().resolve("deploy/models") + " is missing",
                "git checkout -- deploy/models");
  }

  private static Check probe(
      String name,
      String module,
      String mainClass,
      Installation installation,
      Natives natives,
      String... arguments) {
    try {
      return new ProbeCheck(
          name,
          installation.command(module, mainClass, arguments),
          natives.environment(),
          PROBE_BOUND,
          name.equals("model")
              ? "git checkout -- deploy/models"
              : "./facealign build; if that changes nothing, tell the project what it says here");
    } catch (CommandFailure e) {
      return () -> Finding.problem(name, module + " is not built", "./facealign build");
    }
  }
}
