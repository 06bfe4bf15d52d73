package dev.facealign.cli.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facealign.cli.TestServer;
import dev.facealign.inference.local.LocalLandmarks;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.LandmarksGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's programs, as they are printed there, ask the model that comes with facealign. Only
 * the address is another: a free port.
 */
@Timeout(120)
class ReadmeExamplesTest {
  private static final String ADDRESS = "127.0.0.1:25051";
  private static final Path PHOTO = Readme.PROJECT.resolve("docs/demo-sheet.jpg");

  private static LocalLandmarks landmarks;
  private static TestServer server;

  @TempDir private Path folder = Path.of("");

  /** Hands calls from a port on to the service in this process. */
  private static final class Door extends LandmarksGrpc.LandmarksImplBase {
    private final LandmarksGrpc.LandmarksStub inside;

    Door(LandmarksGrpc.LandmarksStub inside) {
      this.inside = inside;
    }

    @Override
    public void detectImage(DetectRequest request, StreamObserver<DetectResponse> answers) {
      inside.detectImage(request, answers);
    }

    @Override
    public StreamObserver<DetectRequest> detect(StreamObserver<DetectResponse> answers) {
      return inside.detect(answers);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    landmarks = LocalLandmarks.start(Readme.PROJECT.resolve("deploy"));
    server = new TestServer(new Door(LandmarksGrpc.newStub(landmarks.channel())));
  }

  @AfterAll
  static void stop() {
    server.close();
    landmarks.close();
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("FACEALIGN_INFERENCE_ADDRESS", server.address());
    builder.environment().put("PYTHONPATH", folder.resolve("stubs").toString());
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command.toString()).isTrue();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private static boolean works(String... command) {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  private Path write(String name, String example) throws IOException {
    assertThat(example).contains(ADDRESS);
    return Files.writeString(folder.resolve(name), example.replace(ADDRESS, server.address()));
  }

  @Test
  void theJavaProgramFindsLandmarks() throws Exception {
    // Given
    Path program = write("Detect.java", Readme.example("java"));

    // When
    String said =
        run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.toString(),
                PHOTO.toString()));

    // Then a face has 68 points, each on a line
    assertThat(said).containsPattern("demo-sheet.jpg: [1-9][0-9]* face");
    assertThat(said.lines().filter(line -> line.matches("[\\d.]+ [\\d.]+")).count() % 68).isZero();
  }

  @Test
  void thePythonProgramFindsLandmarks() throws Exception {
    // Given
    Optional<String> python =
        Stream.of("python3", "/usr/bin/python3")
            .filter(each -> works(each, "-c", "import grpc, google.protobuf"))
            .findFirst();
    assumeTrue(python.isPresent(), "python3-grpcio is not installed");
    Path plugin = Path.of("/usr/bin/grpc_python_plugin");
    assumeTrue(works("protoc", "--version") && Files.exists(plugin), "no protoc for Python");
    Path stubs = Files.createDirectory(folder.resolve("stubs"));
    Path proto = Readme.PROJECT.resolve("proto");
    List<String> compile = new ArrayList<>();
    compile.addAll(List.of("protoc", "-I", proto.toString(), "--python_out=" + stubs));
    compile.addAll(List.of("--grpc_out=" + stubs, "--plugin=protoc-gen-grpc=" + plugin));
    try (Stream<Path> contracts = Files.list(proto.resolve("facealign/v1"))) {
      contracts.map(Path::toString).sorted().forEach(compile::add);
    }
    run(compile);

    // When
    Path program = Readme.PROJECT.resolve("docs/examples/detect.py");
    String said = run(List.of(python.get(), program.toString(), PHOTO.toString()));

    // Then
    assertThat(said).contains("demo-sheet.jpg: ", "68 landmarks, the first at (");
  }

  @Test
  void theNodeProgramFindsLandmarks() throws Exception {
    // Given
    Path modules =
        Path.of(
            System.getProperty(
                "facealign.node-modules",
                Readme.PROJECT.resolve("benchmarks/peers/node/node_modules").toString()));
    assumeTrue(works("node", "--version"), "node is not installed");
    assumeTrue(
        Files.isDirectory(modules.resolve("@grpc/grpc-js")),
        "no @grpc/grpc-js in " + modules + " (npm ci --ignore-scripts there)");
    Path program = write("detect.js", Readme.example("js"));
    Files.createSymbolicLink(folder.resolve("node_modules"), modules);
    Files.createSymbolicLink(folder.resolve("proto"), Readme.PROJECT.resolve("proto"));

    // When
    String said = run(List.of("node", program.toString(), PHOTO.toString()));

    // Then
    assertThat(said).containsPattern("demo-sheet.jpg: [1-9][0-9]* face");
    assertThat(said.lines().skip(1)).allMatch(line -> line.split(" ", -1).length == 68);
  }
}
