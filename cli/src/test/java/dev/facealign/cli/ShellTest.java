package dev.facealign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The command line in real shells and terminals. */
@Timeout(60)
class ShellTest {
  private static final String ESCAPE = "\u001B[";

  @TempDir private Path folder = Path.of("");

  private String output(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", "");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output, StandardCharsets.UTF_8).strip();
  }

  /** What bash offers where the last of these words is begun, as its completion calls it. */
  private List<String> offered(String shell, String... words) throws Exception {
    TestConsole console = new TestConsole();
    assertThat(console.run(folder, Map.of(), "completion", shell)).isZero();
    Path script = folder.resolve("completion");
    Files.write(script, console.out());
    StringBuilder line = new StringBuilder("compopt() { :; }; source completion; COMP_WORDS=(");
    for (String word : words) {
      line.append('\'').append(word).append("' ");
    }
    line.append("); COMP_CWORD=").append(words.length - 1);
    line.append("; complete -p facealign > /dev/null || exit; _complete_facealign");
    line.append("; printf '%s\\n' \"${COMPREPLY[@]}\"");
    return output("bash", "--norc", "-c", line.toString()).lines().map(String::strip).toList();
  }

  @Test
  void bashCompletesCommands() throws Exception {
    assertThat(offered("bash", "facealign", "mod")).containsExactly("models");
    assertThat(offered("bash", "./facealign", "jobs", "dead", "re")).containsExactly("resubmit");
  }

  @Test
  void bashCompletesOptionsAndTheirValues() throws Exception {
    assertThat(offered("bash", "facealign", "detect", "--po")).containsExactly("--pose");
    assertThat(offered("bash", "facealign", "evaluate", "--boxes", "j"))
        .containsExactly("jittered");
    assertThat(offered("bash", "facealign", "train", "--network", "")).contains("mobilenet-v2");
  }

  @Test
  void bashCompletesFiles() throws Exception {
    // Given
    Files.createFile(folder.resolve("photo-of-me.jpg"));

    // When, Then
    assertThat(offered("bash", "facealign", "detect", "--out", "pho"))
        .containsExactly("photo-of-me.jpg");
  }

  @Test
  void theScriptForZshIsTheSame() throws Exception {
    assertThat(offered("zsh", "facealign", "completion", "z")).containsExactly("zsh");
    assertThat(Files.readString(folder.resolve("completion"))).contains("bashcompinit");
  }

  /** The command line's own help, as a terminal of that kind shows it. */
  private String help(boolean terminal, String... environment) throws Exception {
    String java =
        "'%s' -XX:TieredStopAtLevel=1 -cp '%s' %s --help"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                Facealign.class.getName());
    String command = "env " + String.join(" ", environment) + " " + java;
    return terminal
        ? output("script", "--quiet", "--return", "--command", command, "/dev/null")
        : output("bash", "-c", command);
  }

  static boolean hasPseudoTerminals() {
    return Files.isExecutable(Path.of("/usr/bin/script"));
  }

  @Test
  @EnabledIf("hasPseudoTerminals")
  void aTerminalGetsColoursUnlessItsUserWantsNone() throws Exception {
    assertThat(help(true, "-u NO_COLOR", "TERM=xterm-256color")).contains(ESCAPE);
    assertThat(help(true, "TERM=xterm-256color", "NO_COLOR=1"))
        .contains("Face alignment")
        .doesNotContain(ESCAPE);
  }

  @Test
  void aFileGetsNone() throws Exception {
    assertThat(help(false, "TERM=xterm-256color"))
        .contains("Face alignment")
        .doesNotContain(ESCAPE);
  }

  @Test
  void theVersionIsToldWithJavas() {
    TestConsole console = new TestConsole();
    assertThat(console.run(folder, Map.of(), "version")).isZero();
    assertThat(console.out().get(0))
        .matches("facealign .*, Java " + Runtime.version().feature() + ".*");
  }
}
