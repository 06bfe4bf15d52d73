package dev.facealign.cli.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void theEndOfALogWithoutStackFrames() throws Exception {
    // Given
    Path log = folder.resolve("pca-service.log");
    Files.writeString(
        log,
        "x".repeat(100_000)
            + """

            starting
            java.lang.IllegalStateException: cannot start
            \tat java.base/java.lang.ClassLoader.loadClass(ClassLoader.java:525)
            \tat io.micronaut.grpc.server.$GrpcServerConfiguration$Definition.<init>(Unknown Source)
            Caused by: java.net.BindException: Address already in use
            \t... 34 common frames omitted
            """);

    // When, Then
    assertThat(LogTail.of(log, 2))
        .containsExactly(
            "java.lang.IllegalStateException: cannot start",
            "Caused by: java.net.BindException: Address already in use");
    assertThat(LogTail.of(folder.resolve("missing.log"), 2)).isEmpty();
  }
}
