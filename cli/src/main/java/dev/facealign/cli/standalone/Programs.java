package dev.facealign.cli.standalone;

import com.sun.management.OperatingSystemMXBean;
import dev.facealign.cli.invocation.Invocation;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the broker and the services are started in a data folder. */
final class Programs {
  static final String BROKER = "broker";

  private static final String BROKER_MAIN = "dev.facealign.broker.BrokerApplication";
  private static final String TRAINS = "FACEALIGN_TRAINER_ENABLED";
  private static final String WORKER_ID = "FACEALIGN_TRAINER_WORKER_ID";
  private static final String SHIPPED_MODELS = "FACEALIGN_INFERENCE_MODELS_SHIPPED";
  private static final String THREADS = "OMP_NUM_THREADS";
  private static final long MEBIBYTE = 1024L * 1024;

  /** With the smaller regions of G1's own choice, decoded pictures keep it marking all the time. */
  private static final String REGIONS_FOR_PICTURES = "-XX:G1HeapRegionSize=8m";

  /**
   * glibc's allocator, set for PyTorch: training is 1.7 times faster. OpenMP's threads give way
   * soon when they wait: beside another busy process the default is up to ten times slower. Both
   * must be set before the process starts.
   */
  private static final Map<String, String> PYTORCH =
      Map.of(
          "GOMP_SPINCOUNT", "1000",
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_MMAP_MAX_", "0",
          "MALLOC_TRIM_THRESHOLD_", "17179869184",
          "MALLOC_TOP_PAD_", "67108864");

  private final DataFolder folder;
  private final Ports ports;
  private final Trainers trainers;
  private final Installation installation;
  private final Optional<Path> shippedModels;
  private final Invocation invocation;

  Programs(
      DataFolder folder,
      Ports ports,
      Trainers trainers,
      Installation installation,
      Optional<Path> shippedModels,
      Invocation invocation) {
    this.folder = folder;
    this.ports = ports;
    this.trainers = trainers;
    this.installation = installation;
    this.shippedModels = shippedModels;
    this.invocation = invocation;
  }

  Program broker() {
    List<String> command = java(BROKER, List.of(heap(512)), "FACEALIGN_BROKER_JAVA_OPTS");
    command.add(BROKER_MAIN);
    command.addAll(
        List.of(
            "--dir", folder.kafka().toString(),
            "--port", Integer.toString(ports.kafka()),
            "--controller-port", Integer.toString(ports.kafkaController()),
            "--parent-pid", ownPid()));
    return new Program(
        BROKER,
        command,
        Map.of(),
        folder.log(BROKER),
        Readiness.accepting(Ports.HOST, ports.kafka()));
  }

  List<Program> services() {
    return trainers.processes().stream().map(this::service).toList();
  }

  private Program service(ServiceProcess process) {
    SuiteService service = process.service();
    List<String> command =
        java(service.module(), memoryOptions(service), service.javaOptionsVariable());
    command.add(service.mainClass());
    return new Program(
        process.name(),
        command,
        environment(process),
        folder.log(process.name()),
        Readiness.serving(Ports.HOST, ports.grpc(process)));
  }

  private List<String> java(String module, List<String> memoryOptions, String optionsVariable) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(memoryOptions);
    command.addAll(
        List.of(
            // A service that is out of memory is started anew rather than left half alive.
            "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true", "-Dai.djl.offline=true"));
    String further = invocation.variable(optionsVariable, "");
    if (!further.isEmpty()) {
      command.addAll(List.of(further.strip().split("\\s+")));
    }
    command.addAll(List.of("-cp", installation.classPath(module)));
    return command;
  }

  private List<String> memoryOptions(SuiteService service) {
    return switch (service) {
      case TRAINER -> List.of(heap(trainers.heapMebibytesEach(machineMebibytes())));
      case INFERENCE -> List.of(heap(1024), REGIONS_FOR_PICTURES);
      case PCA, EVALUATION -> List.of(heap(512));
    };
  }

  private static String heap(long mebibytes) {
    return "-Xmx" + mebibytes + "m";
  }

  private static long machineMebibytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
        ? machine.getTotalMemorySize() / MEBIBYTE
        : 4096;
  }

  private Map<String, String> environment(ServiceProcess process) {
    SuiteService service = process.service();
    Map<String, String> environment = new HashMap<>();
    environment.put("FACEALIGN_KAFKA_BOOTSTRAP_SERVERS", Ports.HOST + ":" + ports.kafka());
    environment.put("FACEALIGN_ARTIFACTS_ROOT", folder.artifacts().toString());
    environment.put("FACEALIGN_DATASETS_ROOT", folder.datasets().toString());
    environment.put("GRPC_SERVER_HOST", Ports.HOST);
    environment.put("GRPC_SERVER_PORT", Integer.toString(ports.grpc(process)));
    environment.put("MICRONAUT_SERVER_HOST", Ports.HOST);
    environment.put("MICRONAUT_SERVER_PORT", Integer.toString(ports.http(process)));
    environment.put("FACEALIGN_STANDALONE_PARENT_PID", ownPid());
    environment.putAll(Natives.of(invocation).environment());
    if (service == SuiteService.INFERENCE) {
      environment.put("FACEALIGN_INFERENCE_PAGE_ENABLED", "true");
      shippedModels.ifPresent(models -> environment.put(SHIPPED_MODELS, models.toString()));
    }
    if (service == SuiteService.EVALUATION) {
      environment.put(
          SuiteService.INFERENCE.addressVariable(),
          Ports.HOST + ":" + ports.grpc(SuiteService.INFERENCE));
    }
    if (service == SuiteService.TRAINER) {
      environment.putAll(PYTORCH);
      environment.putAll(trainer(process));
    }
    return environment;
  }

  private Map<String, String> trainer(ServiceProcess process) {
    Map<String, String> environment = new HashMap<>();
    if (!trainers.takeJobs()) {
      environment.put(TRAINS, "false");
    }
    // The name of its log, and a part that is new at each start (Micronaut draws it): a worker that
    // was started again must not be taken for the one before.
    environment.put(WORKER_ID, process.name() + "-${random.shortuuid}");
    if (invocation.variable(THREADS, "").isEmpty()) {
      trainers
          .threadsEach(Runtime.getRuntime().availableProcessors())
          .ifPresent(threads -> environment.put(THREADS, Integer.toString(threads)));
    }
    return environment;
  }

  private static String ownPid() {
    return Long.toString(ProcessHandle.current().pid());
  }
}
