package dev.facealign.inference.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** FAULTS row 11, in full: a thousand reloads under load leave nothing behind. */
@Tag("faults")
@Timeout(1200)
class ManyReloadsTest {
  private static final Logger log = LoggerFactory.getLogger(ManyReloadsTest.class);

  @TempDir Path folder;

  @Test
  void aThousandReloadsLeaveNothingBehind() throws Exception {
    // When
    Path growthFile = folder.resolve("growth.properties");
    Path logFile = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xms512m",
                    "-Xmx512m",
                    "-XX:+AlwaysPreTouch",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    ManyReloads.class.getName(),
                    folder.resolve("artifacts").toString(),
                    growthFile.toString(),
                    "1000"))
            .redirectErrorStream(true)
            .redirectOutput(logFile.toFile())
            .start();
    try {
      assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    // Then no request failed, and nothing grew
    List<String> lines = Files.readAllLines(logFile);
    assertThat(process.exitValue())
        .as(String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size())))
        .isZero();
    Properties growth = new Properties();
    try (Reader reader = Files.newBufferedReader(growthFile)) {
      growth.load(reader);
    }
    log.info("after 1000 reloads growth={}", growth);
    assertThat(grown(growth, "heap_mib")).isLessThan(32);
    assertThat(grown(growth, "resident_mib")).isLessThan(96);
    assertThat(grown(growth, "descriptors")).isLessThan(20);
    assertThat(grown(growth, "threads")).isLessThan(20);
  }

  private static long grown(Properties growth, String name) {
    return Long.parseLong(growth.getProperty(name));
  }
}
