package dev.facealign.cli.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.cli.TestConsole;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainersTest {
  private static final String THREADS = "OMP_NUM_THREADS";

  @TempDir private Path temporary = Path.of("");

  @Test
  void furtherTrainersHaveNamesAndPortsOfTheirOwn() {
    // Given
    Ports ports = new Ports(100);

    // When
    List<ServiceProcess> processes = new Trainers(3).processes();

    // Then
    assertThat(processes)
        .extracting(ServiceProcess::name)
        .containsExactly(
            "inference-service",
            "pca-service",
            "trainer-service",
            "trainer-service-2",
            "trainer-service-3",
            "eval-service");
    assertThat(processes)
        .extracting(ports::grpc)
        .containsExactly(25151, 25152, 25153, 25155, 25156, 25154);
    assertThat(processes)
        .extracting(ports::http)
        .containsExactly(8151, 8152, 8153, 8155, 8156, 8154);
  }

  @Test
  void noPortIsTakenTwiceOrWhereLinuxTakesPortsForConnections() {
    // Given
    Trainers most = new Trainers(32);

    // When
    List<Integer> lowest = new Ports(0).all(most).stream().map(Ports.Named::port).toList();
    List<Integer> next = new Ports(100).all(most).stream().map(Ports.Named::port).toList();
    List<Integer> highest = new Ports(7000).all(most).stream().map(Ports.Named::port).toList();

    // Then
    assertThat(lowest).doesNotHaveDuplicates().doesNotContainAnyElementsOf(next);
    assertThat(highest).allMatch(port -> port < 32768);
  }

  @Test
  void aUsedPortOfAFurtherTrainerIsNamed() throws Exception {
    // Given
    Ports ports = new Ports(6900);
    Trainers two = new Trainers(2);
    try (ServerSocket used =
        new ServerSocket(
            ports.grpc(new ServiceProcess(SuiteService.TRAINER, 2)),
            1,
            InetAddress.getLoopbackAddress())) {
      assertThat(used.isBound()).isTrue();

      // When, Then
      assertThatThrownBy(() -> ports.requireFree(two, Duration.ZERO))
          .hasMessage(
              "port 31955 (trainer-service-2): in use (expected: free; choose others with --port-offset)");
    }
  }

  @Test
  void trainersShareTheProcessorsUnlessTheUserSaysOtherwise() throws Exception {
    // Given
    int processors = Runtime.getRuntime().availableProcessors();
    String half = Integer.toString(Math.max(1, processors / 2));

    // When
    List<Program> one = programs(Trainers.ONE, Map.of());
    List<Program> two = programs(new Trainers(2), Map.of());
    List<Program> chosen = programs(new Trainers(2), Map.of(THREADS, "7"));

    // Then
    assertThat(one).noneMatch(program -> program.environment().containsKey(THREADS));
    assertThat(two)
        .filteredOn(program -> program.environment().containsKey(THREADS))
        .extracting(Program::name)
        .containsExactly("trainer-service", "trainer-service-2");
    assertThat(two)
        .filteredOn(program -> program.environment().containsKey(THREADS))
        .allMatch(program -> half.equals(program.environment().get(THREADS)));
    assertThat(chosen)
        .as("the environment is inherited")
        .noneMatch(program -> program.environment().containsKey(THREADS));
    assertThat(new Trainers(3).threadsEach(2)).hasValue(1);
  }

  @Test
  void eachTrainerHasALogPortsAndAWorkerIdOfItsOwn() throws Exception {
    // When
    List<Program> trainers =
        programs(new Trainers(2), Map.of()).stream()
            .filter(program -> program.name().startsWith("trainer-service"))
            .toList();

    // Then
    assertThat(trainers)
        .extracting(program -> String.valueOf(program.log().getFileName()))
        .containsExactly("trainer-service.log", "trainer-service-2.log");
    assertThat(trainers)
        .extracting(program -> program.environment().get("GRPC_SERVER_PORT"))
        .containsExactly("25053", "25055");
    assertThat(trainers)
        .extracting(program -> program.environment().get("FACEALIGN_TRAINER_WORKER_ID"))
        .containsExactly(
            "trainer-service-${random.shortuuid}", "trainer-service-2-${random.shortuuid}");
  }

  @Test
  void withoutTrainersTheServiceAnswersAndTakesNoJobs() throws Exception {
    // When
    List<Program> programs = programs(new Trainers(0), Map.of());

    // Then
    assertThat(programs)
        .filteredOn(program -> program.name().startsWith("trainer-service"))
        .singleElement()
        .matches(program -> "false".equals(program.environment().get("FACEALIGN_TRAINER_ENABLED")));
  }

  @Test
  void theStateTellsOfEveryTrainer() {
    // When
    StandaloneState state = StandaloneState.ofThisProcess(new Ports(0), new Trainers(2));

    // Then
    assertThat(state.services().get("trainer-service-2"))
        .isEqualTo(new StandaloneState.Endpoints("127.0.0.1:25055", "127.0.0.1:8055"));
  }

  @Test
  void memoryIsShared() {
    // When, Then
    assertThat(Trainers.ONE.heapMebibytesEach(16_384)).isEqualTo(4096);
    assertThat(new Trainers(3).heapMebibytesEach(16_384)).isEqualTo(2048);
    assertThat(new Trainers(32).heapMebibytesEach(16_384)).isEqualTo(1024);
  }

  @Test
  void absurdNumbersAreRefused() {
    // When, Then
    assertThatThrownBy(() -> new Trainers(33))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("--trainers: 33 (expected: 0 to 32)");
    assertThatThrownBy(() -> new Trainers(-1)).hasMessage("--trainers: -1 (expected: 0 to 32)");
  }

  private List<Program> programs(Trainers trainers, Map<String, String> environment)
      throws Exception {
    for (SuiteService service : SuiteService.values()) {
      Path target = Files.createDirectories(temporary.resolve(service.module()).resolve("target"));
      Files.writeString(target.resolve(service.module() + "-1.jar"), "");
      Files.writeString(target.resolve("classpath.txt"), "");
    }
    return new Programs(
            new DataFolder(temporary.resolve("data")),
            new Ports(0),
            trainers,
            new Installation(temporary),
            Optional.empty(),
            new Invocation(new TestConsole().console(), environment, temporary))
        .services();
  }
}
