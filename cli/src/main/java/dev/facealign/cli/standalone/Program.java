package dev.facealign.cli.standalone;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program that the supervisor runs as a child process.
 *
 * @param name what people call it
 * @param command the executable and its arguments
 * @param environment variables on top of this process's own
 * @param log the file that its output is appended to
 * @param readiness tells when it can be used
 */
record Program(
    String name,
    List<String> command,
    Map<String, String> environment,
    Path log,
    Readiness readiness) {

  Program {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
