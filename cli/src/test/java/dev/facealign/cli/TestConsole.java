package dev.facealign.cli;

import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A console that remembers, and runs of the whole command line on it. */
public final class TestConsole {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console;

  public TestConsole() {
    this(false);
  }

  public TestConsole(boolean interactive) {
    console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            interactive,
            80);
  }

  public Console console() {
    return console;
  }

  public List<String> out() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  public List<String> err() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  public String rawErr() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Runs a command line in a folder and returns its exit code. */
  public int run(Path workingFolder, Map<String, String> environment, String... arguments) {
    return Facealign.run(new Invocation(console, environment, workingFolder), arguments);
  }
}
