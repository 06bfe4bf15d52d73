package dev.facealign.cli.invocation;

import dev.facealign.cli.output.Console;
import java.nio.file.Path;
import java.util.Map;

/**
 * What surrounds one run of the command line.
 *
 * @param console where results and news go
 * @param environment the process's environment variables
 * @param workingFolder what relative paths are relative to
 */
public record Invocation(Console console, Map<String, String> environment, Path workingFolder) {

  public Invocation {
    environment = Map.copyOf(environment);
  }

  /** An environment variable's value, or the fallback where it is absent or blank. */
  public String variable(String name, String fallback) {
    String value = environment.getOrDefault(name, "");
    return value.isBlank() ? fallback : value;
  }

  /** A path as the user meant it. */
  public Path resolve(Path path) {
    return workingFolder.resolve(path).normalize();
  }
}
