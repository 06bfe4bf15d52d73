package dev.facealign.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.doctor.Finding.Level;
import dev.facealign.cli.standalone.DataFolder;
import dev.facealign.cli.standalone.Ports;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real folders, ports and processes. */
@Timeout(60)
class SurroundingsTest {
  @TempDir private Path folder = Path.of("");

  private static Finding folder(Path path, long needed) {
    return new FolderCheck("data folder", path, needed, "choose another with --data").look();
  }

  @Test
  void aFolderThatIsNotThereYetIsFineAndStaysSo() {
    // When
    Finding finding = folder(folder.resolve("a/b"), 1);

    // Then
    assertThat(finding.level()).isEqualTo(Level.ok);
    assertThat(finding.found()).contains("a/b (not there yet), ").endsWith(" free");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatNobodyCanWriteIsAProblemForRootToo() {
    // When /proc, which takes no new files from anybody
    Finding finding = folder(Path.of("/proc/facealign/data"), 0);

    // Then
    assertThat(finding.level()).isEqualTo(Level.problem);
    assertThat(finding.found()).contains("cannot be written");
    assertThat(finding.next()).isEqualTo("choose another with --data");
  }

  @Test
  void aFileInTheWayIsAProblem() throws Exception {
    // Given
    Path file = Files.createFile(folder.resolve("file"));

    // When, Then
    assertThat(folder(file.resolve("data"), 0).found()).endsWith(file + " is no folder");
  }

  @Test
  void aDiskWithLessThanIsNeededIsAProblem() {
    // When more is needed than any disk has
    Finding finding = folder(folder, Long.MAX_VALUE);

    // Then
    assertThat(finding.level()).isEqualTo(Level.problem);
    assertThat(finding.next()).startsWith("make room, ").endsWith("or choose another with --data");
  }

  @Test
  void aTakenPortIsNamedWithWhoHasItAndWhatIsFree() throws Exception {
    // Given
    Ports ports = new Ports(6_900);
    int port = ports.kafka();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();

      // When
      Finding finding = ports(ports);

      // Then
      assertThat(finding.level()).isEqualTo(Level.problem);
      assertThat(finding.found())
          .isEqualTo(
              "in use: %d by java (process %d)".formatted(port, ProcessHandle.current().pid()));
      assertThat(finding.next()).contains("facealign up --port-offset ");
    }
    assertThat(ports(ports).level()).isEqualTo(Level.ok);
  }

  private Finding ports(Ports ports) {
    return new PortCheck(ports, new DataFolder(folder), new ListeningProcesses(SystemFiles.REAL))
        .look();
  }

  @Test
  void nobodyListensWhereKafkaShould() throws Exception {
    // Given a port that was free a moment ago
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    // When
    Finding finding = new KafkaCheck("127.0.0.1:" + port).look();

    // Then
    assertThat(finding.level()).isEqualTo(Level.problem);
    assertThat(finding.next()).isEqualTo("start Kafka there, or correct the address");
    assertThat(new KafkaCheck("kafka").look().next()).startsWith("give HOST:PORT");
  }

  @Test
  void anOldKafkaIsRefusedAndWhatIsNoneIsDoubted() throws Exception {
    // Given brokers that know ShareFetch in version 2, in version 1, and not at all
    assertThat(answering(78, 2).level()).isEqualTo(Level.ok);
    assertThat(answering(78, 1).found()).endsWith("is older than 4.2");
    assertThat(answering(1, 17).level()).isEqualTo(Level.problem);

    // And something that is no Kafka
    assertThat(
            kafka(
                    "HTTP/1.1 400 Bad Request\r\n\r\n"
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .level())
        .isEqualTo(Level.warning);
  }

  /** What is said of a broker that knows one request up to a version. */
  private static Finding answering(int request, int newest) throws Exception {
    var bytes = new java.io.ByteArrayOutputStream();
    var answer = new DataOutputStream(bytes);
    answer.writeInt(16);
    answer.writeInt(1);
    answer.writeShort(0);
    answer.writeInt(1);
    answer.writeShort(request);
    answer.writeShort(0);
    answer.writeShort(newest);
    return kafka(bytes.toByteArray());
  }

  private static Finding kafka(byte[] answer) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<?> served =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = server.accept()) {
                  var in = new DataInputStream(socket.getInputStream());
                  in.skipNBytes(in.readInt());
                  socket.getOutputStream().write(answer);
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      Finding finding = new KafkaCheck("127.0.0.1:" + server.getLocalPort()).look();
      served.join();
      return finding;
    }
  }

  private static Finding probe(Duration bound, String... arguments) throws InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-cp",
                System.getProperty("java.class.path"),
                TestProbe.class.getName()));
    command.addAll(List.of(arguments));
    return new ProbeCheck("library", command, Map.of(), bound, "build again").look();
  }

  @Test
  void whatAProbeSaysLastIsWhatItFound() throws Exception {
    assertThat(probe(Duration.ofSeconds(30), "well"))
        .isEqualTo(Finding.ok("library", "Library 1.0"));
  }

  @Test
  void aCrashOfALibraryIsReportedAndSurvived() throws Exception {
    // When its process dies of a real SIGSEGV
    Finding finding = probe(Duration.ofSeconds(30), "crash");

    // Then
    assertThat(finding.level()).isEqualTo(Level.problem);
    assertThat(finding.found()).startsWith("crashed: [libc");
    assertThat(finding.next()).isEqualTo("build again");
  }

  @Test
  void aMissingLibraryIsNamedInTheNextStep() throws Exception {
    // When what the loader says of a library that is linked with one that is not there
    Finding finding = probe(Duration.ofSeconds(30), "unlinked");

    // Then
    assertThat(finding.found()).contains("UnsatisfiedLinkError");
    assertThat(finding.next()).startsWith("install the package that has libnowhere.so.7");
  }

  @Test
  void aProbeThatHangsIsEnded() throws Exception {
    assertThat(probe(Duration.ofMillis(300), "hang").found()).startsWith("no answer within");
  }
}
