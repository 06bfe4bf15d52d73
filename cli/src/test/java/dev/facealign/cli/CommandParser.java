package dev.facealign.cli;

import dev.facealign.cli.invocation.Invocation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** Reads command lines without running them. */
public final class CommandParser {
  private final CommandLine line =
      Facealign.commands(new Invocation(new TestConsole().console(), Map.of(), Path.of("/")));

  /** What is wrong with a command line, without "facealign"; empty where it is understood. */
  public Optional<String> fault(String... arguments) {
    try {
      line.parseArgs(arguments);
      return Optional.empty();
    } catch (CommandLine.ParameterException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
